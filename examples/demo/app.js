'use strict'

// Starts Express apps in processes of their own. Run as a program, this is the
// demonstration's app: it answers each client with what Express knows about it, and
// ends when the process that started it does.

const { fork } = require('node:child_process')
const { existsSync, readFileSync } = require('node:fs')
const { createRequire } = require('node:module')
const path = require('node:path')
const { parseArgs } = require('node:util')

const HOOK = path.join(__dirname, 'use-native.js')

/**
 * Starts an app in a process of its own, on this package (`native: true`) or on
 * the original proxy-addr. Resolves, once the app listens, to what the app sent
 * about itself (its `port` and more) and `stop()`. `file` is this one by default.
 */
async function startApp ({ file = __filename, args, native }) {
  const child = fork(file, args, {
    execArgv: native ? ['--require', HOOK] : []
  })
  const started = await new Promise((resolve, reject) => {
    child.once('message', resolve)
    child.once('error', reject)
    child.once('exit', (code, signal) => {
      reject(new Error(`the app ended before it listened: ${signal ?? code}`))
    })
  })
  return { ...started, stop: () => stop(child) }
}

function stop (child) {
  if (child.exitCode !== null || child.signalCode !== null) return
  return new Promise((resolve) => {
    child.once('exit', resolve)
    child.kill()
  })
}

/**
 * Returns, for an app, which proxy-addr its Express really runs on: the file that the
 * name resolves to from Express's own place, and whether that file has been loaded.
 */
function loadedProxyAddr (express) {
  const file = createRequire(require.resolve(express)).resolve('proxy-addr')
  const { name, version } = packageOf(file)
  const loaded = require.cache[file]
  return {
    name,
    version,
    file,
    loaded: loaded !== undefined,
    engine: loaded?.exports.engine
  }
}

function packageOf (file) {
  let directory = path.dirname(file)
  while (!existsSync(path.join(directory, 'package.json'))) {
    directory = path.dirname(directory)
  }
  return JSON.parse(readFileSync(path.join(directory, 'package.json'), 'utf8'))
}

function main () {
  const { values } = parseArgs({
    options: {
      express: { type: 'string', default: 'express' },
      host: { type: 'string', default: '127.0.0.1' },
      trust: { type: 'string', default: 'loopback' }
    }
  })

  const express = require(values.express)
  const app = express()
  app.set('trust proxy', values.trust)
  app.set('json spaces', 2)

  app.get('/', (req, res) => {
    res.json({
      ip: req.ip,
      ips: req.ips,
      protocol: req.protocol,
      hostname: req.hostname,
      peer: req.socket.remoteAddress,
      forwardedFor: req.get('X-Forwarded-For')
    })
  })

  const server = app.listen(0, values.host, () => {
    process.send({
      port: server.address().port,
      express: require(`${values.express}/package.json`).version,
      proxyAddr: loadedProxyAddr(values.express)
    })
  })

  process.once('disconnect', () => process.exit())
}

if (require.main === module) main()

module.exports = { loadedProxyAddr, startApp }
