'use strict'

/* What the engine says of addresses and entries, on the tables of the core. */

const assert = require('node:assert/strict')
const { describe, it } = require('mocha')

const { readVectors } = require('../core/read-vectors')
const engine = require('../../lib/engine')
const { FAULTS, describeAddress, describeEntry, findEntry } = require('../../lib/why/facts')

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
    const found = findEntry(
      { text: list.join(''), lengths: Uint32Array.from(list, ({ length }) => length) }, address)
    return found ? `${found.index} ${found.subnet}` : 'none'
  }
}

/** A table's byte above 7f stands for any character outside ASCII. */
function answers (room, { inputs, line, expected }) {
  assert.equal(shows[room](inputs), expected, line)
}

describe('facts about addresses and entries', () => {
  for (const room of Object.keys(shows)) {
    for (const { sentence, vectors } of readVectors(room)) {
      it(sentence, () => {
        for (const vector of vectors) answers(room, vector)
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

  it('take a list of one without an array of lengths', () => {
    assert.deepEqual(findEntry({ text: 'uniquelocal', lengths: undefined }, 'fd00::1'), { index: 0, subnet: 3 })
  })

  it('have a name for each fault that the engine tells', () => {
    const faults = ['described', 'entry'].flatMap(readVectors)
      .flatMap(({ vectors }) => vectors)
      .map(({ expected }) => expected.match(/^([a-zA-Z]+) \d+-\d+$/)?.[1])
    assert.deepEqual(new Set(faults.filter(Boolean)), new Set(FAULTS.slice(1)))
  })

  it('are not told of what is no text, and written nowhere else than into an array of their size', () => {
    const facts = new Uint32Array(engine.FACTS)
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
    for (const args of [[], ['10.0.0.1'], ['10.0.0.1', undefined], [1, undefined, '10.0.0.1'],
      ['10.0.0.1', undefined, 1], ['10.0.0.1', [8], '10.0.0.1'], ['10.0.0.1', new Int32Array(1), '10.0.0.1']]) {
      assert.equal(engine.findEntry(...args), undefined)
    }
  })

  it('are refused with an error if there is no memory for them', () => {
    assert.throws(() => describeAddress(1), { name: 'RangeError', message: 'out of memory' })
    assert.throws(() => findEntry({ text: 1 }, ''), { name: 'RangeError', message: 'out of memory' })
  })
})
