'use strict'

/* Finds topics and measures their rows. index.js defines a topic. */

const path = require('node:path')
const { askRow } = require('./processes')
const floor = require('./floor')

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
 * @param {string[]} [only] these candidates, where the topic can choose
 * @returns {Promise<Record<string, any>>} results: see index.js
 */
function measureRow (name, row, only) {
  const { measure } = topicOf(name)
  return measure ? measure(row, only) : askRow(name, row, only)
}

module.exports = { measureRow, prepare, topicOf, TOPICS }
