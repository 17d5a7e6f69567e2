'use strict'

/* Processes of their own, for measurements that must not disturb each other. */

const { fork } = require('node:child_process')
const path = require('node:path')

/** A process that sends a message when it is ready, and one for each it gets. */
class Child {
  #process
  /** The first message. @type {Promise<any>} */
  ready

  /**
   * @param {string} file
   * @param {string[]} [args]
   * @param {string[]} [execArgv] options for Node
   */
  constructor (file, args = [], execArgv = []) {
    this.#process = fork(file, args, { execArgv })
    this.ready = this.#next()
    // It may fail before anybody waits for it.
    this.ready.catch(() => {})
  }

  #next () {
    const child = this.#process
    return new Promise((resolve, reject) => {
      const settle = (how) => (value) => {
        child.off('message', onMessage).off('error', onError).off('exit', onExit)
        how(value)
      }
      const onMessage = settle(resolve)
      const onError = settle(reject)
      const onExit = settle((code) =>
        reject(new Error(`${child.spawnargs.slice(1).join(' ')}: ended with ${code} and no answer`)))
      child.on('message', onMessage).on('error', onError).on('exit', onExit)
    })
  }

  /**
   * @param {object} message
   * @returns {Promise<any>} the answer
   */
  ask (message) {
    const answer = this.#next()
    this.#process.send(message)
    return answer
  }

  /** Resolves when the process has ended. */
  stop () {
    const child = this.#process
    if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve()
    return new Promise((resolve) => {
      child.once('exit', resolve)
      child.kill()
    })
  }
}

/**
 * Runs a file of this folder and resolves to the message that it sends.
 *
 * @param {string} file
 * @param {string[]} args
 * @returns {Promise<any>}
 */
async function ask (file, args) {
  const child = new Child(path.join(__dirname, file), args, ['--expose-gc'])
  try {
    return await child.ready
  } finally {
    await child.stop()
  }
}

/**
 * Measures a row in the usual way, in a process of its own.
 *
 * @param {string} topic
 * @param {string} row
 * @param {string[]} [only] these candidates, however slow they are
 */
function askRow (topic, row, only) {
  return ask('row.js', only ? [topic, row, JSON.stringify(only)] : [topic, row])
}

module.exports = { Child, ask, askRow }
