'use strict'

/* playground: serves the page on loopback, and opens it in a browser. */

const { spawn } = require('node:child_process')
const { once } = require('node:events')
const fs = require('node:fs')
const http = require('node:http')
const path = require('node:path')
const { Refusal, quoted } = require('./output')

const PAGE = path.join(__dirname, '..', '..', 'build', 'playground.html')
const HOST = '127.0.0.1'

/** @type {import('./arguments').Options} */
const options = {
  port: { type: 'string', example: '8080' },
  'no-open': { type: 'boolean' }
}

const help = `
Open a page that shows what a setting makes of a request, as you type. It contains
the package's own engine, and sends nothing.

  proxy-addr-native playground [--port <number>] [--no-open]

Options
  --port <number>    serve it on this port of 127.0.0.1; any free one if left out
  --no-open          only print the address, and start no browser
  {common}

Examples
  proxy-addr-native playground
  proxy-addr-native playground --port 8080 --no-open

It runs until it is interrupted. The page is one file, and works from disk too.`

/** Commands that open an address in the user's browser. @type {Record<string, string[]>} */
const OPENERS = { darwin: ['open'], win32: ['cmd', '/c', 'start', ''] }

/** @param {string | undefined} text */
function readPort (text) {
  if (text === undefined) return 0
  if (/^\d{1,5}$/.test(text) && Number(text) <= 65535) return Number(text)
  throw new Refusal(`--port ${quoted(text)} is not a port: give a number from 0 to 65535`)
}

function readPage () {
  try {
    return fs.readFileSync(PAGE)
  } catch (/** @type {any} */ error) {
    throw new Refusal(error.code === 'ENOENT'
      ? 'the page is not built: run npm run playground in the folder of the package'
      : `cannot read the page: ${error.message}`)
  }
}

/**
 * Serves the page, and only under its own host names, which no other site has.
 *
 * @param {Buffer} page
 */
function serverOf (page) {
  return http.createServer(({ method = '', url, headers: { host = '' } }, res) => {
    const isMine = /^(?:127\.0\.0\.1|localhost)(?::\d+)?$/.test(host)
    const isPage = isMine && ['GET', 'HEAD'].includes(method) && url?.split('?', 1)[0] === '/'
    res.writeHead(isPage ? 200 : 404, {
      'Content-Type': isPage ? 'text/html; charset=utf-8' : 'text/plain',
      'Content-Security-Policy': "frame-ancestors 'none'",
      'X-Content-Type-Options': 'nosniff',
      'Cache-Control': 'no-store'
    })
    res.end(isPage ? page : 'Not found')
  })
}

/** @param {string} address */
function open (address) {
  const [command, ...args] = OPENERS[process.platform] ?? ['xdg-open']
  // If there is no browser, the printed address is enough.
  spawn(command, [...args, address], { stdio: 'ignore', detached: true }).once('error', () => {}).unref()
}

/**
 * @param {import('./arguments').Arguments} args
 * @param {import('./output').Output} output
 */
async function run ({ values, positionals }, output) {
  if (positionals.length > 0) throw new Refusal(`unexpected argument ${quoted(positionals[0])}: playground takes options only`)
  const port = readPort(values.port)
  const server = serverOf(readPage()).listen(port, HOST)
  await once(server, 'listening').catch((error) => {
    throw new Refusal(`cannot listen on port ${port} (${error.code}): give another, or leave --port out`)
  })
  const address = `http://${HOST}:${/** @type {any} */ (server.address()).port}/`
  if (values.json) output.printJson({ address })
  else output.print(address)
  if (!values['no-open']) open(address)
}

module.exports = { options, help, run }
