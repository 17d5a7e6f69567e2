'use strict'

const { fork } = require('node:child_process')
const path = require('node:path')

/**
 * What a process of its own has to say.
 *
 * @param {string} file in this folder
 * @param {string[]} args
 * @param {string[]} [execArgv] options for Node
 * @returns {Promise<any>} its message
 */
function ask (file, args, execArgv = []) {
  return new Promise((resolve, reject) => {
    const child = fork(path.join(__dirname, file), args, { execArgv })
    let answer
    child.on('message', (message) => { answer = message })
    child.on('error', reject)
    child.on('exit', (code) => answer === undefined
      ? reject(new Error(`${args.join(', ')}: ended with ${code} and no result`))
      : resolve(answer))
  })
}

/**
 * A row in the usual way, for whoever measures others differently.
 *
 * @param {string} topic
 * @param {string} row
 * @param {string[]} [only] these candidates, however slow they are
 */
function askRow (topic, row, only) {
  const args = [topic, row]
  if (only) args.push(JSON.stringify(only))
  return ask('row.js', args, ['--expose-gc'])
}

module.exports = { ask, askRow }
