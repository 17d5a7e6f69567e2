'use strict'

/*
 * Child processes, for measurements that must not disturb each other; other
 * lines of Node, which are installed from npm into build/versions; and the
 * topics, whose rows are measured in child processes. index.js defines a topic.
 */

const { fork, spawn, spawnSync } = require('node:child_process')
const fs = require('node:fs')
const path = require('node:path')
const floor = require('./floor')

/** A process that sends a message when it is ready, and answers each message with one. */
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
    // It may fail before anybody awaits the message.
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
 * Measures a row in the usual way, in its own process.
 *
 * @param {string} topic
 * @param {string} row
 * @param {string[]} [only] the candidates to measure, even if they are slow
 */
function askRow (topic, row, only) {
  return ask('harness.js', only ? [topic, row, JSON.stringify(only)] : [topic, row])
}

const FOLDER = path.join(__dirname, '..', 'build', 'versions')

/**
 * Installs a line of Node, unless it is installed already or is the running
 * one.
 *
 * @param {string} line such as '26'
 * @returns {string} the path of its binary
 */
function install (line) {
  if (!/^\d+$/.test(line)) {
    throw new Error(`invalid line of Node "${line}": give major versions, as in --node 20,26`)
  }
  if (process.versions.node.startsWith(`${line}.`)) return process.execPath
  const folder = path.join(FOLDER, `node@${line}`)
  const name = `node-${process.platform}-${process.arch}`
  const binary = path.join(folder, 'node_modules', name, 'bin', 'node')
  if (fs.existsSync(binary)) return binary
  fs.mkdirSync(folder, { recursive: true })
  fs.writeFileSync(path.join(folder, 'package.json'), '{ "private": true }\n')
  const { status, stderr } = spawnSync('npm',
    ['install', '--no-save', '--ignore-scripts', '--no-audit', '--no-fund', `${name}@${line}`],
    { cwd: folder, encoding: 'utf8' })
  if (status !== 0) throw new Error(`cannot install Node ${line}: check the network\n${stderr}`)
  return binary
}

/**
 * Runs a script of this folder with a Node and resolves to the JSON it prints.
 *
 * @param {string} binary
 * @param {string} file
 * @param {string[]} args
 */
async function runJson (binary, file, args) {
  const child = spawn(binary, [path.join(__dirname, file), ...args],
    { stdio: ['ignore', 'pipe', 'inherit'] })
  const closed = new Promise((resolve, reject) => child.on('error', reject).on('close', resolve))
  const text = (await child.stdout.setEncoding('utf8').toArray()).join('')
  const code = await closed
  if (text === '') throw new Error(`${file} with ${binary} ended with ${code} and no output`)
  return JSON.parse(text)
}

/** The topics, in the order of measurement. */
const TOPICS = ['resolve', 'resolver', 'express', 'size', 'match', 'compile', 'lists', 'hostile', 'linear', 'http', 'require', 'core', 'logs']

/** @param {string} name */
function topicOf (name) {
  if (!TOPICS.includes(name)) {
    throw new Error(`unknown topic "${name}": choose from ${TOPICS.join(', ')}`)
  }
  return require(path.join(__dirname, 'topics', name))
}

/** Builds what the rows need. */
function prepare () {
  floor.build()
}

/**
 * @param {string} name a topic
 * @param {string} row
 * @param {string[]} [only] the candidates to measure, if the topic can choose
 * @returns {Promise<Record<string, any>>} results: see index.js
 */
function measureRow (name, row, only) {
  const { measure } = topicOf(name)
  return measure ? measure(row, only) : askRow(name, row, only)
}

module.exports = { Child, TOPICS, ask, askRow, install, measureRow, prepare, runJson, topicOf }
