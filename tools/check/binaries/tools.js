'use strict'

const { execFileSync } = require('node:child_process')

/** @returns {string[][]} the output's lines in words */
function read (command, ...args) {
  const text = execFileSync(command, args, { encoding: 'utf8', env: { ...process.env, LC_ALL: 'C' } })
  return text.split('\n').map((line) => line.trim().split(/\s+/))
}

module.exports = { read }
