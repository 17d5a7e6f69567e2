'use strict'

/*
 * An HTTPS server on loopback, with a certificate of its own. A test gives it functions
 * that answer requests in turn; the last one answers all further requests.
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

/** Returns an answer with a text and its type. */
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

/** Returns an answer with an ETag, or 304 to a request that has it. */
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
 *   the `address` of a list, and the `ca` to trust
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
 * Returns an agent that connects to this server for every host, with that host's name
 * and a real handshake, so that the constant addresses lead here.
 */
function agentTo (port, ca) {
  const agent = new https.Agent()
  agent.createConnection = ({ servername }) =>
    tls.connect({ host: '127.0.0.1', port, servername, ca })
  return agent
}

/** Makes a folder for a test, removed after it. */
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

/** Resolves when a condition holds; only the test's own time limit applies. */
async function until (condition) {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 2))
}

module.exports = { json, makeFolder, redirect, removeFolders, startServer, tagged, text, until }
