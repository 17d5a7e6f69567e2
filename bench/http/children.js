'use strict'

/* Processes that send a message when they are ready, and answer each with one. */

const { fork } = require('node:child_process')

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
        reject(new Error(`${child.spawnargs.slice(1).join(' ')} ended with ${code}`)))
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

module.exports = { Child }
