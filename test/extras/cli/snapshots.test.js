'use strict'

/*
 * Each file of snapshots/ is a transcript, and so is each block fenced as
 * ```console in the documentation. UPDATE_SNAPSHOTS=1 writes the files anew.
 */

const assert = require('node:assert/strict')
const fs = require('node:fs')
const path = require('node:path')
const { ROOT } = require('./support/command')
const { commandsOf, record } = require('./support/transcript')

const SNAPSHOTS = path.join(__dirname, 'snapshots')

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
