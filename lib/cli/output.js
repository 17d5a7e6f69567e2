'use strict'

/*
 * What the commands print: text from others made harmless, columns, colours on a
 * terminal, JSON, and what is wrong with the command line.
 */

const path = require('node:path')
const { inspect } = require('node:util')
const { cut, escape } = require('../why/explain/faults')

/** What is wrong with the command line, in one line that says how to fix it. */
class Refusal extends Error {}

/**
 * @param {any} error of the system
 * @returns {string} why, in words
 */
function whyNot (error) {
  switch (error.code) {
    case 'ENOENT': return 'there is no such file'
    case 'EISDIR': return 'it is a directory'
    case 'EACCES': return 'reading it is not permitted'
    default: return error.message
  }
}

/** Longer text from others is cut to this many characters. */
const LONGEST = 240

/**
 * Formats text from others for a message: in quotes, and on one line.
 *
 * @param {string} text
 */
function quoted (text) {
  return escape(`'${text}'`)
}

/**
 * The same without quotes, and cut.
 *
 * @param {string} text
 */
function plain (text) {
  return escape(cut(text, LONGEST))
}

/** @param {readonly string[]} words two or more */
function listed (words) {
  return `${words.slice(0, -1).join(', ')} or ${words[words.length - 1]}`
}

/**
 * Aligns columns, each as wide as its widest cell; leaves out those that are empty.
 *
 * @param {string[][]} rows
 * @param {readonly number[]} [toTheRight] the columns that are aligned right
 * @returns {string[]}
 */
function columns (rows, toTheRight = []) {
  const widths = rows.reduce((most, cells) => most.map((width, i) => Math.max(width, cells[i].length)), rows[0].map(() => 0))
  return rows.map((cells) => cells
    .map((cell, i) => toTheRight.includes(i) ? cell.padStart(widths[i]) : cell.padEnd(widths[i]))
    .filter((_, i) => widths[i] > 0)
    .join('  ')
    .trimEnd())
}

/** The colour for each meaning. */
const STYLES = Object.freeze({
  strong: 'bold', good: 'green', bad: 'red', doubtful: 'yellow', faint: 'gray'
})

/** @typedef {keyof typeof STYLES} Style */

/**
 * @param {any} stream
 * @param {NodeJS.ProcessEnv} env
 */
function hasColours (stream, env) {
  // An empty NO_COLOR counts as none: https://no-color.org
  if (env.NO_COLOR) return false
  if (env.FORCE_COLOR !== undefined) return !/^(?:0|false)$/.test(env.FORCE_COLOR)
  const { NO_COLOR, ...others } = env
  return stream.isTTY === true && stream.hasColors(others)
}

class Output {
  #stream
  #colours

  /**
   * @param {any} stream
   * @param {(error: Error) => void} fail what to do if it cannot be written to
   */
  constructor (stream, fail) {
    this.#stream = stream
    this.#colours = hasColours(stream, process.env)
    stream.on('error', (/** @type {any} */ error) => {
      // The reader closed the pipe, as `head` does after ten lines.
      if (error.code === 'EPIPE') process.exit()
      fail(new Refusal(`cannot write the output: ${error.message}`))
    })
  }

  /**
   * @param {Style} style
   * @param {string} text
   */
  paint (style, text) {
    if (!this.#colours) return text
    const [on, off] = /** @type {any} */ (inspect.colors[STYLES[style]])
    return `\u001b[${on}m${text}\u001b[${off}m`
  }

  /** @param {string} text */
  print (text) {
    this.#stream.write(text + '\n')
  }

  /**
   * Says that code of another package is about to run. With JSON, this goes to
   * standard error.
   *
   * @param {string} folder that holds the code
   * @param {string} root the folder in which the command works
   * @param {boolean} isJson
   */
  announceCode (folder, root, isJson) {
    const within = path.relative(root, folder)
    const isOutside = within === '..' || within.startsWith('..' + path.sep) || path.isAbsolute(within)
    const place = isOutside ? `${plain(folder)}, which is outside of ${plain(root)}` : plain(within || '.')
    const stream = isJson ? process.stderr : this.#stream
    stream.write(`Runs the code in ${place}\n`)
  }

  /** @param {unknown} data */
  printJson (data) {
    // Some characters beyond ASCII control a terminal.
    const text = JSON.stringify(data, undefined, 2).split('\n').map(escape)
    this.print(text.join('\n'))
  }
}

module.exports = { Output, Refusal, columns, listed, plain, quoted, whyNot }
