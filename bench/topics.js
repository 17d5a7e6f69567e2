'use strict'

/* Finds topics and measures their rows. What a topic is: see index.js. */

const path = require('node:path')
const { askRow } = require('./child')
const floor = require('./floor')

/** All of them, in the order in which they are measured. */
const TOPICS = ['resolve', 'size', 'match', 'compile', 'hostile', 'linear', 'http', 'core']

/** @param {string} name */
function topicOf (name) {
  if (!TOPICS.includes(name)) {
    throw new Error(`there is no topic "${name}", only ${TOPICS.join(', ')}`)
  }
  return require(path.join(__dirname, 'topics', name))
}

/** What has to be there before a row can be measured. */
function prepare () {
  floor.build()
}

/**
 * @param {string} name a topic
 * @param {string} row
 * @param {string[]} [only] these candidates, where the topic can choose
 * @returns {Promise<Record<string, any>>} results: see index.js
 */
function measureRow (name, row, only) {
  const { measure } = topicOf(name)
  return measure ? measure(row, only) : askRow(name, row, only)
}

module.exports = { measureRow, prepare, topicOf, TOPICS }
