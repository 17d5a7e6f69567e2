'use strict'

const { fork } = require('node:child_process')
const { existsSync, readFileSync } = require('node:fs')
const { createRequire } = require('node:module')
const path = require('node:path')

const HOOK = path.join(__dirname, 'use-native.js')

/**
 * Starts an app in a process of its own, on this package (`native: true`) or on
 * the original proxy-addr. Resolves, once the app listens, to what the app sent
 * about itself (its `port` and more) and `stop()`.
 */
async function startApp ({ file, args, native }) {
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
 * For an app: which proxy-addr its Express really runs on, that is what the name
 * resolves to from Express's own place, and whether this file has been loaded.
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

module.exports = { loadedProxyAddr, startApp }
