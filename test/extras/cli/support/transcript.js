'use strict'

/*
 * Transcripts: what somebody types behind a $, and what comes of it; lines that
 * a backslash ends go on in the next one. Standard error is marked by "! ", and
 * an exit code other than 0 by a last line "[exit 1]".
 */

const { run } = require('./command')

const COMMAND = /^\$ (?:npx )?proxy-addr-native(?: (?:.*\\\n)*.*)?$/gm

/** A command line's words; single quotes are all that it may quote with. */
function words (line) {
  return Array.from(line.replace(/\\\n/g, ' ').matchAll(/'([^']*)'|(\S+)/g), ([, quoted, bare]) => quoted ?? bare)
}

/** @param {string} text of a process */
function marked (text, mark) {
  return text.replace(/^(?=.)/gm, mark)
}

/**
 * The transcript of a command.
 *
 * @param {string} command with its $
 */
function record (command) {
  const args = words(command.replace(/^\$ (?:npx )?proxy-addr-native/, ''))
  const { status, stdout, stderr } = run(args)
  return `${command}\n${stdout}${marked(stderr, '! ')}${status === 0 ? '' : `[exit ${status}]\n`}`
}

/** @param {string} text a transcript @returns {string[]} its commands */
function commandsOf (text) {
  return Array.from(text.matchAll(COMMAND), ([command]) => command)
}

module.exports = { commandsOf, record }
