'use strict'

const assert = require('node:assert/strict')
const proxyaddr = require('../support/implementation')
const { request, throwsTypeError } = require('../support/rules')

const { all, compile } = proxyaddr

const REQ = request('10.0.0.1', '10.0.0.4, 10.0.0.3, 10.0.0.2')
const ADDRESSES = ['10.0.0.1', '10.0.0.2', '10.0.0.3', '10.0.0.4']

describe("a user's trust function", () => {
  for (const [name, call] of [['all()', all], ['proxyaddr()', proxyaddr]]) {
    it(`is called by ${name} for each address but the last, nearest first, with its distance`, () => {
      const calls = []

      call(REQ, (...args) => calls.push(args))
      assert.deepEqual(calls, [['10.0.0.1', 0], ['10.0.0.2', 1], ['10.0.0.3', 2]])
    })

    it(`is not called by ${name} after the first address it does not trust`, () => {
      const calls = []

      call(REQ, (...args) => { calls.push(args); return args[1] < 1 })
      assert.deepEqual(calls, [['10.0.0.1', 0], ['10.0.0.2', 1]])
    })

    it(`is not called by ${name} for a single address`, () => {
      call(request('10.0.0.1'), () => assert.fail('called'))
      call(request('10.0.0.1', ' , '), () => assert.fail('called'))
      call(request(undefined), () => assert.fail('called'))
    })

    it(`gets from ${name} the exact texts of the socket and the header`, () => {
      const calls = []

      call(request(undefined, 'last, nonsense\t'), (...args) => calls.push(args))
      assert.deepEqual(calls, [[undefined, 0], ['nonsense\t', 1]])
    })

    it(`is called by ${name} without a receiver`, () => {
      call(REQ, function () {
        assert.equal(this, undefined)
        return true
      })
    })

    it(`may throw anything, which passes through ${name} unchanged`, () => {
      for (const thrown of [new RangeError('mine'), Object.freeze({}), 'text', null, undefined, 0]) {
        let caught = 'nothing'

        try {
          call(REQ, (address, i) => { if (i === 1) throw thrown; return true })
        } catch (error) {
          caught = error
        }

        assert.equal(caught, thrown)
      }
    })

    it(`may be a class, which cannot be called by ${name}`, () => {
      class Trust {}

      throwsTypeError(() => call(REQ, Trust), "Class constructor Trust cannot be invoked without 'new'")
      call(request('10.0.0.1'), Trust)
    })

    it(`may throw once without affecting the next call of ${name}`, () => {
      let calls = 0
      const trust = () => { if (++calls === 2) throw new Error('once'); return true }

      assert.throws(() => call(REQ, trust), new Error('once'))
      assert.equal([call(REQ, trust)].flat().at(-1), '10.0.0.4')
      assert.equal(calls, 5)
    })

    it(`may change the request without affecting the call of ${name}`, () => {
      const req = request('10.0.0.1', '10.0.0.3, 10.0.0.2')
      const result = call(req, () => {
        req.headers['x-forwarded-for'] = 'changed'
        req.socket = null
        return true
      })

      assert.equal([result].flat().at(-1), '10.0.0.3')
    })
  }

  for (const [name, value] of [
    ['true', true], ['1', 1], ['-1', -1], ['Infinity', Infinity], ['1n', 1n], ['the text 0', '0'],
    ['the text false', 'false'], ['a space', ' '], ['an object', {}], ['an array', []],
    ['a symbol', Symbol('no')], ['a function', () => false],
    // eslint-disable-next-line no-new-wrappers
    ['a Boolean object that is false', new Boolean(false)], ['a promise of false', Promise.resolve(false)]
  ]) {
    it(`trusts by returning ${name}`, () => {
      assert.deepEqual(all(REQ, () => value), ADDRESSES)
      assert.equal(proxyaddr(REQ, () => value), '10.0.0.4')
    })
  }

  for (const [name, value] of [
    ['undefined', undefined], ['null', null], ['false', false], ['0', 0], ['-0', -0], ['0n', 0n],
    ['NaN', NaN], ['the empty text', '']
  ]) {
    it(`does not trust by returning ${name}`, () => {
      assert.deepEqual(all(REQ, () => value), ['10.0.0.1'])
      assert.equal(proxyaddr(REQ, () => value), '10.0.0.1')
    })
  }

  it('trusts everything if it is async or a generator, whatever it returns', () => {
    assert.equal(proxyaddr(REQ, async () => false), '10.0.0.4')
    assert.equal(proxyaddr(REQ, function * () { yield false }), '10.0.0.4')
    assert.deepEqual(all(REQ, async () => false), ADDRESSES)
  })

  it('may decide by the distance alone', () => {
    for (let hops = 0; hops < 6; hops++) {
      assert.deepEqual(all(REQ, (address, i) => i < hops), ADDRESSES.slice(0, hops + 1))
      assert.equal(proxyaddr(REQ, (address, i) => i < hops), ADDRESSES[Math.min(hops, 3)])
    }
  })

  it('may decide by compiled functions', () => {
    const inner = compile('10.0.0.1')
    const outer = compile('10.0.0.2')

    assert.equal(proxyaddr(REQ, (address, i) => inner(address, i) || outer(address, i)), '10.0.0.3')
    assert.equal(proxyaddr(REQ, (address, i) => !outer(address, i)), '10.0.0.2')
  })

  it('may call proxyaddr(), all() and compile() itself', () => {
    const other = request('127.0.0.1', 'x, y, 127.0.0.2')
    const answers = []
    const trust = (address, i) => {
      answers.push(proxyaddr(other, 'loopback'), all(other, compile(['loopback'])).length)
      if (i === 0) answers.push(...all(REQ, trust.deeper))
      return compile('10.0.0.0/30')(address)
    }

    trust.deeper = (address) => proxyaddr(REQ, (inner) => inner !== '10.0.0.2') === '10.0.0.2' &&
      address !== '10.0.0.3'
    assert.equal(proxyaddr(REQ, trust), '10.0.0.4')
    assert.deepEqual(answers, ['y', 3, '10.0.0.1', '10.0.0.2', '10.0.0.3', 'y', 3, 'y', 3])
  })

  it('may have any name, any length and any properties', () => {
    const trust = Object.defineProperties((a, b, c, d) => true, {
      name: { value: 'trustNone' },
      length: { get () { throw new Error('never read') } },
      prototype: { get () { throw new Error('never read') } },
      call: { value: () => false },
      apply: { value: () => false }
    })

    assert.deepEqual(all(REQ, trust), ADDRESSES)
    assert.equal(proxyaddr(REQ, trust), '10.0.0.4')
  })
})

describe('a compiled trust function', () => {
  it('works as a trust function of proxyaddr() and all(), for a set of any size', () => {
    for (const [list, count] of [
      [[], 1], ['10.0.0.2', 1], ['10.0.0.1', 2], [['10.0.0.1', '10.0.0.2'], 3],
      [['10.0.0.3', '10.0.0.1', '10.0.0.2'], 4], ['10.0.0.0/8', 4]
    ]) {
      assert.deepEqual(all(REQ, compile(list)), ADDRESSES.slice(0, count))
      assert.equal(proxyaddr(REQ, compile(list)), ADDRESSES[count - 1])
    }
  })

  it('ignores properties that shadow those of a function', () => {
    const trust = Object.assign(compile('10.0.0.1'), {
      call: () => true, apply: () => true, bind: () => true, trust: () => true
    })

    assert.equal(proxyaddr(REQ, trust), '10.0.0.2')
  })
})
