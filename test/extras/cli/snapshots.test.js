'use strict'

/*
 * Each file of snapshots/ is a transcript, and so is each block fenced as
 * ```console in the documentation. UPDATE_SNAPSHOTS=1 writes the files anew.
 *
 * A transcript is what somebody types after a $, and what comes of it; a command
 * whose line ends with a backslash continues in the next. Standard error is marked
 * by "! ", and an exit code other than 0 by a last line "[exit 1]".
 */

const assert = require('node:assert/strict')
const fs = require('node:fs')
const path = require('node:path')
const { ROOT, run } = require('../../support/command')

const SNAPSHOTS = path.join(__dirname, 'snapshots')

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

function blocksOf (file) {
  return Array.from(fs.readFileSync(path.join(ROOT, file), 'utf8').matchAll(/^```console\n(.*?)^```$/gms),
    ([, block]) => block)
}

describe('the command line', function () {
  for (const file of fs.readdirSync(SNAPSHOTS)) {
    const snapshot = path.join(SNAPSHOTS, file)
    const expected = fs.readFileSync(snapshot, 'utf8').replaceAll('\r\n', '\n')

    it(`answers as in snapshots/${file}`, () => {
      const commands = commandsOf(expected)
      assert.notEqual(commands.length, 0)
      const actual = commands.map(record).join('\n')

      if (process.env.UPDATE_SNAPSHOTS) fs.writeFileSync(snapshot, actual)
      else assert.equal(actual, expected)
    })
  }

  for (const file of ['README.md', 'docs/cli.md', 'docs/lists.md']) {
    it(`has transcripts in ${file}`, () => assert.notEqual(blocksOf(file).length, 0))

    for (const block of blocksOf(file)) {
      it(`answers as in ${file}: ${commandsOf(block)[0]}`, () => {
        assert.equal(commandsOf(block).map(record).join('\n'), block)
      })
    }
  }
})
