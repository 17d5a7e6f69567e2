'use strict'

// `npm start -- --lists` runs this: an Express app under load, whose trust is a live
// list, while the list's server publishes changes and unacceptable lists.

const { once } = require('node:events')
const http = require('node:http')
const https = require('node:https')
const { setTimeout: sleep } = require('node:timers/promises')
const express = require('express')
const selfsigned = require('selfsigned')
const { lists } = require('../../lib/lists')

const OWN = '127.0.0.0/8'
const EDGE = '192.0.2.0/24'
const NEXT = '198.51.100.0/24'
const CLIENT = '203.0.113.9'
/** The header of a request through each edge, which is trusted or not. */
const HEADERS = { [EDGE]: `${CLIENT}, 192.0.2.7`, [NEXT]: `${CLIENT}, 198.51.100.7` }

const CLIENTS = 16

/** What the list's server answers, one after the other. */
const STEPS = [
  ['a CDN that moves from one network to another', 'text/plain', [OWN, EDGE, NEXT].join('\n')],
  ['and leaves the first', 'text/plain', [OWN, NEXT].join('\n')],
  ['a challenge page, with status 200', 'text/html', '<html>Just a moment…</html>'],
  ['an empty body', 'text/plain', ''],
  ['a list of one wide prefix', 'text/plain', '0.0.0.0/1'],
  ['one entry that is not an address', 'text/plain', `${OWN}\n${NEXT}\ncdn.example`],
  ['the first list again', 'text/plain', [OWN, EDGE].join('\n')]
]

async function listen (server) {
  await once(server.listen(0, '127.0.0.1'), 'listening')
  return server.address().port
}

/** The server of the list: `published` is what it answers. */
async function startPublisher () {
  const { private: key, cert } = await selfsigned.generate([{ name: 'commonName', value: 'localhost' }],
    { keyType: 'ec', extensions: [{ name: 'subjectAltName', altNames: [{ type: 2, value: 'localhost' }] }] })
  const published = { type: 'text/plain', body: [OWN, EDGE].join('\n') }
  const server = https.createServer({ key, cert }, (req, res) => {
    res.writeHead(200, { 'content-type': published.type, 'content-length': Buffer.byteLength(published.body) })
    res.end(published.body)
  })
  return { server, published, ca: cert, address: `https://localhost:${await listen(server)}/edge.txt` }
}

async function startApp (trust) {
  const app = express()
  app.set('trust proxy', trust)
  app.get('/', (req, res) => res.send(req.ip))
  const server = http.createServer(app)
  return { server, port: await listen(server) }
}

/**
 * Asks the app again and again. Each answer must be right for the list before or
 * after a swap: the client if the edge is trusted, otherwise the edge.
 */
async function load (port, state) {
  const agent = new http.Agent({ keepAlive: true })
  while (!state.ended) {
    for (const [edge, header] of Object.entries(HEADERS)) {
      const [res] = await once(http.get({ port, agent, headers: { 'x-forwarded-for': header } }), 'response')
      const ip = (await res.setEncoding('utf8').toArray()).join('')
      state.requests++
      if (ip === CLIENT) state.seen[edge].trusted++
      else if (header.endsWith(` ${ip}`)) state.seen[edge].untrusted++
      else state.neither++
    }
  }
  agent.destroy()
}

function describe (outcome) {
  if (outcome.outcome !== 'updated') return outcome.error ? `refused (${outcome.error.rule}): ${outcome.error.message}` : outcome.outcome
  return ['swapped', ...outcome.added.map((entry) => `+ ${entry}`), ...outcome.removed.map((entry) => `- ${entry}`)].join('  ')
}

/** @returns {Promise<number>} the exit code */
async function demonstrateLists (print) {
  const publisher = await startPublisher()
  const list = lists.url(publisher.address, { ca: publisher.ca, name: 'edge' })
  await list.ready
  const app = await startApp(list.trust)
  const state = { ended: false, requests: 0, neither: 0, seen: { [EDGE]: { trusted: 0, untrusted: 0 }, [NEXT]: { trusted: 0, untrusted: 0 } } }
  const clients = Array.from({ length: CLIENTS }, () => load(app.port, state))
  print(`Express with app.set('trust proxy', list.trust), ${CLIENTS} clients; the list: ${list.entries.join(', ')}\n`)
  for (const [title, type, body] of STEPS) {
    await sleep(200)
    Object.assign(publisher.published, { type, body })
    print(`${title}\n  ${describe(await list.refresh())}\n  in use: ${list.entries.join(', ')}`)
  }
  await sleep(200)
  state.ended = true
  await Promise.all(clients)
  list.close()
  for (const { server } of [publisher, app]) server.close()
  print(`\n${state.requests} requests, ${list.version - 1} swaps: ${state.neither} answers that are neither list's.`)
  for (const [edge, { trusted, untrusted }] of Object.entries(state.seen)) {
    print(`  through ${edge}: ${trusted} times the client, ${untrusted} times the proxy that was not trusted`)
  }
  return state.neither === 0 ? 0 : 1
}

module.exports = { demonstrateLists }
