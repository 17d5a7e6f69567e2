'use strict'

const assert = require('node:assert/strict')
const TrustSet = require('../../lib/trust/trust-set')

describe('a set whose engine fails', () => {
  it('passes on what was thrown, which is no answer', () => {
    const failure = new WebAssembly.RuntimeError('unreachable')
    const set = new TrustSet(() => { throw failure }, undefined)

    for (const address of ['10.0.0.1', Object('10.0.0.1'), undefined]) {
      assert.throws(() => set.has(address), (error) => error === failure)
    }
  })

  it('takes undefined for want of memory, if it was given a text', () => {
    // eslint-disable-next-line no-throw-literal
    const set = new TrustSet(() => { throw undefined }, undefined)

    assert.throws(() => set.has('10.0.0.1'), { name: 'RangeError', message: 'out of memory' })
  })
})
