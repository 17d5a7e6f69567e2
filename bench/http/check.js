'use strict'

const http = require('node:http')
const original = require('proxy-addr')
const { CONSTANT, HOSTS, headers, subnets } = require('./cases')

/** How many requests are compared. */
const FEW = 16

function ask (port, header) {
  return new Promise((resolve, reject) => {
    const options = {
      host: '127.0.0.1', port, agent: false, headers: { 'x-forwarded-for': header }
    }
    http.get(options, (res) => {
      let text = ''
      res.setEncoding('utf8')
      res.on('data', (part) => { text += part })
      res.on('end', () => resolve(text))
    }).on('error', reject)
  })
}

/**
 * Compares a server's answers with those of proxy-addr, called here.
 *
 * @throws if there is a difference
 */
async function check (port, candidate, { peer, count }) {
  const trust = original.compile(subnets(count))
  for (const header of headers(count).slice(0, FEW)) {
    const req = {
      headers: { 'x-forwarded-for': header }, socket: { remoteAddress: HOSTS[peer] }
    }
    const expected = candidate === 'no look-up' ? CONSTANT : original(req, trust)
    const answer = await ask(port, header)
    if (answer !== expected) {
      throw new Error(`the server with ${candidate} answers "${answer}", not "${expected}"`)
    }
  }
}

module.exports = { check }
