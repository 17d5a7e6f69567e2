'use strict'

/* Windows' files that mingw-w64 made, by objdump. */

const assert = require('node:assert/strict')
const fs = require('node:fs')

const { DLLS, EXPORTS, NODE_API } = require('./allowed')
const { read } = require('./tools')

/** Of the header: addresses are drawn anew each time, and data is not run. */
const HARDENING = ['HIGH_ENTROPY_VA', 'DYNAMIC_BASE', 'NX_COMPAT']

/** @returns {Record<string, string[]>} what is wanted of each library at once */
function importsOf (lines) {
  const imports = {}
  let names = []
  for (const words of lines) {
    if (words[0] === 'DLL' && words[1] === 'Name:') imports[words[2]] = names = []
    else if (words[0] === 'The' && words[1] === 'Export') break
    else if (/^[0-9a-f]+$/.test(words[0]) && /^\d+$/.test(words[1]) && words.length === 3) names.push(words[2])
  }
  return imports
}

/** The functions that are looked up when first called: their names are text. */
function delayedNames (file) {
  const text = fs.readFileSync(file, 'latin1')
  const names = text.match(/(?<![\w.])(napi|node_api)_\w+(?=\0)/g) ?? []
  return [...new Set(names)].filter((name) => !EXPORTS.includes(name)).sort()
}

/** @returns {string} what it wants, in a few words */
function checkPe (file) {
  const lines = read('objdump', '-p', file)
  assert.ok(lines.some(([first, , , format]) => first.endsWith('.node:') && format === 'pei-x86-64'), 'the machine')
  for (const flag of HARDENING) {
    assert.ok(lines.some((words) => words.length === 1 && words[0] === flag), `${flag} is not set`)
  }
  const heading = lines.findIndex((words) => words.join(' ') === '[Ordinal/Name Pointer] Table')
  const end = lines.findIndex((words, i) => i > heading && words[0] === '')
  assert.deepEqual(lines.slice(heading + 1, end).map((words) => words.at(-1)), EXPORTS, 'exported symbols')

  // node.exe is none of them: see tools/build/prebuilds/node-host.c.
  const imports = importsOf(lines)
  assert.deepEqual(Object.keys(imports).sort(), Object.keys(DLLS), 'libraries')
  for (const [library, names] of Object.entries(imports)) {
    assert.ok(names.length > 0)
    assert.deepEqual(names.filter((name) => !DLLS[library].includes(name)), [], `wanted of ${library}`)
  }
  const delayed = delayedNames(file)
  assert.ok(delayed.length > 0)
  assert.deepEqual(delayed.filter((name) => !NODE_API.includes(name)), [], 'symbols that are not in allowed.js')
  const count = Object.values(imports).flat().length
  return `wants ${delayed.length} symbols of Node-API when called, ${count} of Windows`
}

module.exports = { checkPe }
