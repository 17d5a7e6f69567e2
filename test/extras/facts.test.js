'use strict'

/* Compares the engine's facts about addresses and entries with the core's tables. */

const assert = require('node:assert/strict')
const fs = require('node:fs')
const path = require('node:path')
const { describe, it } = require('mocha')

const { readVectors } = require('../core/read-vectors')
const engine = require('../../lib/engine')
const layout = require('../../lib/engine/layout')
const { FAULTS, FORMS, describeAddress, describeChain, describeEntry } = require('../../lib/why/facts')

function showSubnet ({ text, length }) {
  return `${text}/${length}`
}

function showFault ({ fault, start, end }) {
  return `${fault} ${start}-${end}`
}

const shows = {
  described ([text]) {
    const facts = describeAddress(text)
    if (facts.fault !== 'none') return showFault(facts)
    return [facts.address.text, ...facts.forms].join(' ')
  },

  entry ([text]) {
    const facts = describeEntry(text)
    if (facts.fault !== 'none') return showFault(facts)
    const subnets = facts.subnets.map(showSubnet).join(' ') || 'nothing'
    if (facts.name) return `${subnets} ${facts.name}`
    return [subnets, 'as', `${facts.address.text}/${facts.length}`, ...facts.forms].join(' ')
  },

  found ([address, ...list]) {
    const [{ match }] = describeChain(list, [address])
    return match ? `${match.index} ${match.subnet}` : 'none'
  }
}

/** In a table, a byte above 7f stands for any character outside ASCII. */
function answers (table, { inputs, line, expected }) {
  assert.equal(shows[table](inputs), expected, line)
}

describe('facts about addresses and entries', () => {
  const tables = readVectors('describe')

  for (const table of Object.keys(shows)) {
    for (const { sentence, vectors } of tables[table]) {
      it(sentence, () => {
        for (const vector of vectors) answers(table, vector)
      })
    }
  }

  it('are plain data', () => {
    assert.deepEqual(describeAddress('::ffff:10.0.0.1'), {
      fault: 'none',
      start: 0,
      end: 0,
      forms: ['mapped'],
      name: undefined,
      length: 128,
      address: { family: 4, length: 32, bits: 0x0a000001n, text: '10.0.0.1' },
      subnets: [{ family: 4, length: 32, bits: 0x0a000001n, text: '10.0.0.1' }]
    })
    assert.deepEqual(describeEntry('2001:db8::1/32').subnets, [
      { family: 6, length: 32, bits: 0x20010db8n << 96n, text: '2001:db8::' }
    ])
    assert.deepEqual(describeAddress('1\u0130.2.3.4'), {
      fault: 'character',
      start: 1,
      end: 2,
      forms: [],
      name: undefined,
      length: 0,
      address: undefined,
      subnets: []
    })
  })

  it('describe each address of a chain, and the entry that it matches', () => {
    assert.deepEqual(describeChain(['10.0.0.1', 'uniquelocal'], ['fd00::01', '', '192.0.2.1', '10.0.0.1']), [
      {
        fault: 'none',
        start: 0,
        end: 0,
        forms: [],
        text: 'fd00::1',
        match: { index: 1, isName: true, subnet: 'fc00::/7' }
      },
      { fault: 'empty', start: 0, end: 0, forms: [], text: undefined, match: undefined },
      { fault: 'none', start: 0, end: 0, forms: [], text: '192.0.2.1', match: undefined },
      {
        fault: 'none',
        start: 0,
        end: 0,
        forms: [],
        text: '10.0.0.1',
        match: { index: 0, isName: false, subnet: '10.0.0.1/32' }
      }
    ])
  })

  it('match nothing in an empty list, and are empty for an empty chain', () => {
    assert.deepEqual(describeChain([], ['10.0.0.1']).map(({ match }) => match), [undefined])
    assert.deepEqual(describeChain(['10.0.0.1'], []), [])
  })

  /** Returns the names of a header's constants, in camel case, and their numbers. */
  function constants (header, prefix) {
    const text = fs.readFileSync(path.join(__dirname, '..', '..', 'src', 'core', 'why', header), 'utf8')
    return [...text.matchAll(new RegExp(`^  ${prefix}_(\\w+) = (\\d+)`, 'gm'))]
      .map(([, name, number]) => [
        name.toLowerCase().replace(/_(\w)/g, (_, letter) => letter.toUpperCase()), Number(number)
      ])
  }

  it('use the names of the constants in C', () => {
    assert.deepEqual(constants('diagnose.h', 'PA_FAULT'), FAULTS.map((fault, i) => [fault, i]))
    assert.deepEqual(constants('describe.h', 'PA_WRITTEN'), FORMS.map((form, i) => [form, 2 ** i]))
    assert.deepEqual([layout.FAULTS, layout.FORMS], [FAULTS.length, FORMS.length])
  })

  it('have a word for each fault that the engine reports', () => {
    const faults = [...tables.described, ...tables.entry]
      .flatMap(({ vectors }) => vectors)
      .map(({ expected }) => expected.match(/^([a-zA-Z]+) \d+-\d+$/)?.[1])
    assert.deepEqual(new Set(faults.filter(Boolean)), new Set(FAULTS.slice(1)))
  })

  it('are refused for a value that is not a string, and written only into an array of their size', () => {
    const facts = new Uint32Array(layout.DESCRIPTION)
    for (const describe of [engine.describeAddress, engine.describeEntry]) {
      assert.equal(describe('10.0.0.1', facts), 0)
      for (const wrong of [undefined, null, 1, {}, [], Buffer.from('10.0.0.1')]) {
        assert.equal(describe(wrong, facts), undefined)
      }
      for (const wrong of [undefined, null, 1, {}, [], facts.subarray(1), new Int32Array(300), new ArrayBuffer(948)]) {
        assert.equal(describe('10.0.0.1', wrong), undefined)
      }
      assert.equal(describe(), undefined)
    }
    const hop = new Uint32Array(layout.HOP)
    const text = '10.0.0.1'
    for (const args of [[], [text], [text, undefined], [text, undefined, text], [text, undefined, text, undefined],
      [1, undefined, text, undefined, hop], [text, undefined, 1, undefined, hop],
      [text, [8], text, undefined, hop], [text, undefined, text, new Int32Array(1), hop],
      [text, undefined, text, undefined, hop.subarray(1)], [text, undefined, text, undefined, new Int32Array(300)]]) {
      assert.equal(engine.describeChain(...args), undefined)
    }
    assert.equal(engine.describeChain(text, undefined, text, undefined, hop), true)
  })

  it('are refused with an error if there is no memory for them', () => {
    assert.throws(() => describeAddress(1), { name: 'RangeError', message: 'out of memory' })
    assert.throws(() => describeChain([1], ['']), { name: 'RangeError', message: 'out of memory' })
  })
})
