'use strict'

/*
 * An HTTPS server on loopback, with a certificate of its own, that answers as a
 * test says: by a function of each request, in turn, or by the last of them.
 */

const { once } = require('node:events')
const https = require('node:https')
const tls = require('node:tls')
const selfsigned = require('selfsigned')
const { makeTemp, remove } = require('../../support/temp')

const NAMES = ['localhost', 'api.cloudflare.com', 'www.cloudflare.com', 'ip-ranges.amazonaws.com', 'api.fastly.com']

/** @type {Promise<{ key: string, cert: string }> | undefined} */
let pems

/** The same for all tests of a process. */
function certificate () {
  pems ??= selfsigned.generate([{ name: 'commonName', value: 'localhost' }], {
    keyType: 'ec',
    extensions: [{ name: 'subjectAltName', altNames: NAMES.map((value) => ({ type: 2, value })) }]
  }).then(({ private: key, cert }) => ({ key, cert }))
  return pems
}

/** An answer with a text of a type. */
function text (body, { type = 'text/plain', status = 200, headers = {} } = {}) {
  return (req, res) => {
    const bytes = Buffer.from(body)
    res.writeHead(status, { 'content-type': type, 'content-length': bytes.length, ...headers }).end(bytes)
  }
}

/** @param {unknown} value */
function json (value, options) {
  return text(JSON.stringify(value), { type: 'application/json; charset=utf-8', ...options })
}

/** A list that knows its ETag. */
function tagged (body, etag) {
  return (req, res) => req.headers['if-none-match'] === etag
    ? res.writeHead(304).end()
    : text(body, { headers: { etag } })(req, res)
}

/** @param {string} location */
function redirect (location, status = 302) {
  return (req, res) => res.writeHead(status, { location }).end('<html>moved</html>')
}

/**
 * Starts the server.
 *
 * @returns {Promise<object>} with `answer(...)`, which sets the answers; `requests`;
 *   the `address` of a list and the `ca` to believe
 */
async function startServer () {
  const { key, cert } = await certificate()
  let answers = []
  const requests = []
  const server = https.createServer({ key, cert }, (req, res) => {
    requests.push({ url: req.url, host: req.headers.host, headers: req.headers })
    const answer = answers.length > 1 ? answers.shift() : answers[0]
    answer(req, res)
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address()
  return {
    requests,
    port,
    ca: cert,
    address: `https://localhost:${port}/list`,
    answer: (...next) => { answers = next },
    agent: agentTo(port, cert),
    stop: () => {
      server.closeAllConnections()
      return new Promise((resolve) => server.close(resolve))
    }
  }
}

/**
 * An agent for whom every host is this server, with its own name and a real
 * handshake: the constant addresses lead there.
 */
function agentTo (port, ca) {
  const agent = new https.Agent()
  agent.createConnection = ({ servername }) =>
    tls.connect({ host: '127.0.0.1', port, servername, ca })
  return agent
}

/** A folder of its own, removed after the test. */
function makeFolder (test) {
  const folder = makeTemp()
  test.folders = [...test.folders ?? [], folder]
  return folder
}

/** @param {any} test */
function removeFolders (test) {
  for (const folder of test.folders ?? []) remove(folder)
  test.folders = []
}

/** Resolves when a condition holds; there is no limit but that of the test. */
async function until (condition) {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 2))
}

module.exports = { json, makeFolder, redirect, removeFolders, startServer, tagged, text, until }
