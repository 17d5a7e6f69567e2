'use strict'

const { fork } = require('node:child_process')
const path = require('node:path')

const HOOK = path.join(__dirname, 'use-native.js')

/**
 * Starts an app in a process of its own, on this package (`native: true`) or
 * on the original proxy-addr. Once it listens, it sends what it has to say
 * about itself, `port` among others; resolves to that and `stop()`.
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

module.exports = { startApp }
