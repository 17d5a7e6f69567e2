'use strict'

const assert = require('node:assert/strict')
const fs = require('node:fs')
const path = require('node:path')
const fastify = require('@fastify/proxy-addr')
const reference = require('proxy-addr')
const own = require('proxy-addr-native')

const DOCUMENT = path.join(__dirname, '..', '..', 'docs', 'compatibility.md')

/** Returns the texts in backquotes in a cell, with their escapes resolved. */
function codes (cell) {
  return Array.from(cell.matchAll(/`([^`]*)`/g), ([, text]) =>
    JSON.parse(`"${text.replaceAll('"', '\\"')}"`))
}

/** Returns all tables of a document, by the text of their heads, as rows of cells. */
function tables (text) {
  const found = new Map()
  let rows = null

  for (const line of text.split('\n')) {
    if (!line.startsWith('|')) {
      rows = null
    } else if (rows === null) {
      found.set(line, rows = found.get(line) ?? [])
    } else if (!/^[|-]+$/.test(line)) {
      rows.push(line.slice(1, -1).split('|'))
    }
  }

  return found
}

function outcome (call) {
  try {
    return String(call())
  } catch (error) {
    return `${error.name}: ${error.message}`
  }
}

/** Returns whether a set contains an address, in the words of the document. */
function verdict ({ compile }, subnet, address) {
  const answer = outcome(() => compile(subnet)(address))

  return { true: 'yes', false: 'no' }[answer] ?? 'error'
}

function request (header) {
  return { headers: { 'x-forwarded-for': header }, socket: { remoteAddress: '10.0.0.1' } }
}

const found = tables(fs.readFileSync(DOCUMENT, 'utf8'))

/** Returns the rows of the table with this head; throws if the table is missing. */
function rowsOf (head) {
  assert.ok(found.has(head), `missing table: ${head}`)
  assert.ok(found.get(head).length > 1, `the table has no rows: ${head}`)
  return found.get(head)
}

for (const [name, implementation] of [['proxy-addr', reference], ['this package', own]]) {
  const { all, compile } = implementation

  describe(`docs/compatibility.md is true of ${name}:`, () => {
    for (const [form, example, means] of rowsOf('| form | example | means |')) {
      const [text] = codes(example)
      const [address] = codes(means)

      it(`${form.trim()}: ${example.trim()} is ${means.trim()}`, () => {
        if (address === undefined) {
          assert.equal(means.trim(), 'no address')
          assert.equal(outcome(() => compile([text])), `TypeError: invalid IP address: ${text}`)
          assert.equal(compile(['0.0.0.0/1', '128.0.0.0/1', '::/1', '8000::/1'])(text), false)
        } else {
          assert.equal(compile(text)(address), true)
          assert.equal(compile(address)(text), true)
        }
      })
    }

    for (const [form, example, holds, lacks] of rowsOf('| form | example | holds | does not hold |')) {
      it(`${form.trim()}: ${example.trim()} contains ${holds.trim()}, not ${lacks.trim()}`, () => {
        const trust = compile(codes(example)[0])

        assert.equal(trust(codes(holds)[0]), true)
        assert.equal(trust(codes(lacks)[0]), false)
      })
    }

    for (const [form, example, message] of rowsOf('| form | example | message |')) {
      it(`${form.trim()}: ${example.trim()} is refused`, () => {
        assert.equal(outcome(() => compile(codes(example)[0])), `TypeError: ${codes(message)[0]}`)
      })
    }

    for (const [address, subnet, trusted] of rowsOf('| address | subnet | trusted |')) {
      it(`${address.trim()} in ${subnet.trim()}: ${trusted.trim()}`, () => {
        assert.equal(verdict(implementation, codes(subnet)[0], codes(address)[0]), trusted.trim())
      })
    }

    const headers =
      "| form | header | `all(req)` after the peer | `proxyaddr(req, '10.0.0.0/8')` |"

    for (const [form, header, entries, client] of rowsOf(headers)) {
      it(`${form.trim()}: ${header.trim()}`, () => {
        const req = request(codes(header)[0])

        assert.deepEqual(all(req), ['10.0.0.1', ...codes(entries)])
        assert.equal(implementation(req, '10.0.0.0/8'), codes(client)[0])
      })
    }
  })
}

describe('docs/compatibility.md is true of @fastify/proxy-addr:', () => {
  for (const [form, subnet, address, here, there] of rowsOf('| form | subnet | address | here | there |')) {
    it(`${form.trim()}: ${address.trim()} in ${subnet.trim()}`, () => {
      const question = [codes(subnet)[0], codes(address)[0]]

      assert.equal(verdict(reference, ...question), here.trim())
      assert.equal(verdict(own, ...question), here.trim())
      assert.equal(verdict(fastify, ...question), there.trim())
      assert.notEqual(here.trim(), there.trim())
    })
  }

  for (const [form, header, here, there] of rowsOf('| form | header | `all(req)` here | `all(req)` there |')) {
    it(`${form.trim()}: ${header.trim()}`, () => {
      const req = request(codes(header)[0])

      assert.deepEqual(reference.all(req), ['10.0.0.1', ...codes(here)])
      assert.deepEqual(own.all(req), ['10.0.0.1', ...codes(here)])
      assert.deepEqual(fastify.all(req), ['10.0.0.1', ...codes(there)])
    })
  }
})
