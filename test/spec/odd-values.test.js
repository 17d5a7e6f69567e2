'use strict'

const assert = require('node:assert/strict')
const vm = require('node:vm')
const { compile } = require('../support/implementation')
const { EVERYTHING, throwsTypeError, trustEverything } = require('../support/rules')

const UNREADABLE = "Cannot read properties of undefined (reading 'lastIndexOf')"
const NO_LAST_INDEX = 'note.lastIndexOf is not a function'
const NO_SUBSTRING = 'note.substring is not a function'
const NO_PRIMITIVE = 'Cannot convert object to primitive value'

/** An object that converts to a text, and counts the conversions. */
function turnsInto (text) {
  const object = { times: 0, toString () { object.times++; return text } }

  return object
}

describe('an element of a trust list that is not a string', () => {
  for (const [name, element, message] of [
    ['undefined', undefined, UNREADABLE],
    ['null', null, "Cannot read properties of null (reading 'lastIndexOf')"],
    ['a number', 42, NO_LAST_INDEX],
    ['the number of an address', 2130706433, NO_LAST_INDEX],
    ['zero', 0, NO_LAST_INDEX],
    ['NaN', NaN, NO_LAST_INDEX],
    ['a boolean', true, NO_LAST_INDEX],
    ['false', false, NO_LAST_INDEX],
    ['a bigint', 1n, NO_LAST_INDEX],
    ['a symbol', Symbol('loopback'), NO_LAST_INDEX],
    ['an object', {}, NO_LAST_INDEX],
    ['a function', () => '10.0.0.1', NO_LAST_INDEX],
    ['a Date', new Date(0), NO_LAST_INDEX],
    ['a Set', new Set(['loopback']), NO_LAST_INDEX],
    ['an object that turns into an address', { toString: () => '10.0.0.1' }, NO_LAST_INDEX],
    ['an array', ['10.0.0.1'], 'invalid IP address: 10.0.0.1'],
    ['an array of several', ['10.0.0.1', '10.0.0.2'], 'invalid IP address: 10.0.0.1,10.0.0.2'],
    ['an empty array', [], 'invalid IP address: '],
    ['an array in an array', [['10.0.0.1']], 'invalid IP address: 10.0.0.1'],
    ['an array with a slash', ['10.0.0.0', '/', '8'], NO_SUBSTRING],
    ['an array with a subnet', ['10.0.0.0/8'], 'invalid IP address: 10.0.0.0/8'],
    ['a Buffer', Buffer.from('10.0.0.1'), 'invalid IP address: 10.0.0.1'],
    ['an empty Buffer', Buffer.alloc(0), 'invalid IP address: '],
    ['a Buffer with a slash', Buffer.from('10.0.0.0/8'), NO_SUBSTRING],
    ['a typed array', Uint8Array.of(10, 0, 0, 1), 'invalid IP address: 10,0,0,1'],
    ['an object without a prototype', Object.create(null), NO_PRIMITIVE]
  ]) {
    it(`is refused: ${name}`, () => {
      throwsTypeError(() => compile([element]), message)
      throwsTypeError(() => compile(['10.0.0.1', element]), message)
      throwsTypeError(() => compile(['loopback', element, '10.0.0.1']), message)
    })
  }

  it('is refused as undefined if the list has a hole', () => {
    // eslint-disable-next-line no-sparse-arrays
    throwsTypeError(() => compile([,]), UNREADABLE)
    // eslint-disable-next-line no-sparse-arrays
    throwsTypeError(() => compile(['10.0.0.1', , '10.0.0.2']), UNREADABLE)
    throwsTypeError(() => compile(new Array(3)), UNREADABLE)
  })

  it('is reported after invalid elements to its left, and before those to its right', () => {
    throwsTypeError(() => compile(['bad', null]), 'invalid IP address: bad')
    throwsTypeError(() => compile(['10.0.0.1/99', 42]), 'invalid range on address: 10.0.0.1/99')
    throwsTypeError(() => compile([42, 'bad']), NO_LAST_INDEX)
    throwsTypeError(() => compile([undefined, 'bad']), UNREADABLE)
  })

  it('is reported first if it cannot be converted to a name', () => {
    throwsTypeError(() => compile(['bad', Object.create(null)]), NO_PRIMITIVE)
    throwsTypeError(() => compile([null, 42, 'bad/99', Object.create(null)]), NO_PRIMITIVE)
  })
})

describe('an element that converts to a name', () => {
  for (const [form, element] of [
    ['an array', ['loopback']],
    ['an array in an array', [['loopback']]],
    // eslint-disable-next-line no-new-wrappers
    ['a String object', new String('loopback')],
    ['a Buffer', Buffer.from('loopback')],
    ['an object', { toString: () => 'loopback' }],
    ['an object with its own conversion', { [Symbol.toPrimitive]: () => 'loopback' }]
  ]) {
    it(`is that name: ${form}`, () => {
      const trust = compile([element, '10.0.0.1'])
      const addresses = ['127.0.0.1', '::1', '10.0.0.1', '10.0.0.2']

      assert.deepEqual(addresses.filter(trust), addresses.slice(0, 3))
    })
  }

  it('is converted twice', () => {
    const element = turnsInto('linklocal')

    assert.equal(compile([element])('fe80::1'), true)
    assert.equal(element.times, 2)
  })

  it('counts as the result of the second conversion', () => {
    const turns = ['loopback', 'linklocal']
    const trust = compile([{ toString: () => turns.shift() }])

    assert.deepEqual(['127.0.0.1', '169.254.0.1'].filter(trust), ['169.254.0.1'])
  })

  it('is refused if only the first conversion is a name', () => {
    const turns = ['loopback', '10.0.0.1']

    throwsTypeError(() => compile([{ toString: () => turns.shift() }]),
      "Cannot read properties of undefined (reading 'length')")
  })

  it('is converted once if it is not a name', () => {
    const element = turnsInto('10.0.0.1')

    throwsTypeError(() => compile([element]), NO_LAST_INDEX)
    assert.equal(element.times, 1)
  })

  it('may throw anything, which passes unchanged', () => {
    const thrown = new RangeError('mine')

    assert.throws(() => compile([{ toString () { throw thrown } }]), (error) => error === thrown)
    assert.throws(() => compile(['bad', { toString () { throw thrown } }]), (error) => error === thrown)
  })
})

describe('a String object in a trust list', () => {
  for (const [text, inside, outside] of [
    ['10.0.0.1', '10.0.0.1', '10.0.0.2'],
    ['10.0.0.0/8', '10.255.0.1', '11.0.0.1'],
    ['fe80::%eth0/10', 'fe80::1', 'fec0::1']
  ]) {
    it(`counts as its string: ${text}`, () => {
      // eslint-disable-next-line no-new-wrappers
      const trust = compile([new String(text)])

      assert.deepEqual([inside, outside].filter(trust), [inside])
    })
  }

  it('is quoted as its string', () => {
    // eslint-disable-next-line no-new-wrappers
    throwsTypeError(() => compile([new String('bad')]), 'invalid IP address: bad')
    // eslint-disable-next-line no-new-wrappers
    throwsTypeError(() => compile([new String('::/0')]), 'invalid range on address: ::/0')
  })

  it('may have its own lastIndexOf, whose exceptions pass unchanged', () => {
    const thrown = new RangeError('mine')
    // eslint-disable-next-line no-new-wrappers
    const element = Object.assign(new String('10.0.0.1'), { lastIndexOf () { throw thrown } })

    assert.throws(() => compile([element]), (error) => error === thrown)
  })
})

describe('an object with the methods of a string', () => {
  /** Answers as if its text had a '/' at `pos`, with these parts on either side. */
  function parts (pos, address, range) {
    return {
      lastIndexOf: () => pos,
      substring: (start) => start === 0 ? address : range,
      toString: () => 'object'
    }
  }

  it('is refused if its address contains another length', () => {
    throwsTypeError(() => compile([parts(8, '10.0.0.0/8', '8')]), 'invalid IP address: 10.0.0.0/8')
  })

  it('is refused if its length contains another length', () => {
    throwsTypeError(() => compile([parts(8, '10.0.0.0', '8/8')]), 'invalid range on address: object')
  })

  for (const range of [8, ['8'], { toString: () => '8' }]) {
    it(`may return a length that is not a string: ${JSON.stringify(range)}`, () => {
      const trust = compile([parts(8, '10.0.0.0', range)])

      assert.deepEqual(['10.255.0.1', '11.0.0.1'].filter(trust), ['10.255.0.1'])
    })
  }
})

describe('the copy of a list', () => {
  it('fails for an address outside of the remaining entries, if one of them shortens the list', () => {
    const entry = Object.assign(Object('10.0.0.1'), {
      lastIndexOf () {
        copy.length = 1
        return -1
      }
    })
    const copy = [entry, '10.0.0.2']

    assert.throws(() => compile(Object.assign(['::1'], { slice: () => copy }))('192.0.2.1'),
      { name: 'TypeError', message: "Cannot read properties of undefined (reading '0')" })
  })

  it('may be anything with a length and elements', () => {
    const list = Object.assign(['::1'], { slice: () => ({ 0: '10.0.0.1', 1: '10.0.0.2', length: 2 }) })

    assert.deepEqual(['10.0.0.1', '10.0.0.2', '10.0.0.3', '::1'].filter(compile(list)), ['10.0.0.1', '10.0.0.2'])
  })
})

const NOBODY = [
  ['undefined', undefined], ['null', null], ['a number', 2130706433], ['zero', 0], ['NaN', NaN],
  ['true', true], ['false', false], ['a bigint', 2130706433n], ['a symbol', Symbol('127.0.0.1')],
  ['an object', {}], ['an array', ['127.0.0.1']], ['an empty array', []],
  ['a Buffer', Buffer.from('127.0.0.1')], ['the bytes of an address', Uint8Array.of(127, 0, 0, 1)],
  ['a function', () => '127.0.0.1'],
  ['an object that turns into an address', { toString: () => '127.0.0.1', valueOf: () => '127.0.0.1' }],
  ['an object with its own conversion', { [Symbol.toPrimitive]: () => '127.0.0.1' }],
  ['an object that throws', { toString () { throw new Error('never asked') } }],
  ['an object without a prototype', Object.create(null)],
  // eslint-disable-next-line no-new-wrappers
  ['a Number object', new Number(2130706433)],
  ['a Date', new Date(0)], ['a regular expression', /127\.0\.0\.1/], ['a Map', new Map()],
  ['a promise', Promise.resolve('127.0.0.1')], ['an iterator', ['127.0.0.1'].values()],
  ['an error', new Error('127.0.0.1')], ['a URL', new URL('http://127.0.0.1')]
]

const NO_ADDRESSES = [
  '', ' ', '127.0.0.1 ', '127.0.0.1:80', '[::1]', 'localhost', 'loopback', '127.0.0.1/8', '::1/128',
  '0.0.0.0/1', 'unknown', '127.0.0.1,127.0.0.1', '\0', '127.0.0.1\0', '\ud800', '-', '::1%'
]

describe('a trust function called with a value that is not a string', () => {
  for (const [name, value] of NOBODY) {
    it(`does not trust ${name}`, () => {
      assert.equal(trustEverything(value), false)
      assert.equal(compile('127.0.0.1')(value), false)
      assert.equal(compile('loopback')(value), false)
    })
  }

  it('trusts nothing without an argument', () => {
    assert.equal(trustEverything(), false)
    assert.equal(compile('127.0.0.1')(), false)
  })
})

describe('a trust function called with a String object', () => {
  it('reads it as its string', () => {
    /* eslint-disable no-new-wrappers */
    assert.equal(trustEverything(new String('127.0.0.1')), true)
    assert.equal(trustEverything(new String('::1')), true)
    assert.equal(compile('loopback')(new String('::ffff:127.0.0.1')), true)
    assert.equal(compile('loopback')(new String('10.0.0.1')), false)
    assert.equal(trustEverything(new String('nonsense')), false)
    assert.equal(trustEverything(new String('')), false)
    /* eslint-enable no-new-wrappers */
  })

  it('reads one of another realm as its string', () => {
    const trust = compile('loopback')

    assert.equal(trust(vm.runInNewContext("new String('127.0.0.1')")), true)
    assert.equal(trust(vm.runInNewContext("new String('10.0.0.1')")), false)
  })

  it('reads one of a subclass as its string', () => {
    class Address extends String {}

    assert.equal(compile('loopback')(new Address('127.0.0.1')), true)
    assert.equal(compile('loopback')(new Address('128.0.0.1')), false)
  })
})

describe('a trust function called with text that is not an address', () => {
  for (const text of NO_ADDRESSES) {
    it(`does not trust ${JSON.stringify(text)}`, () => {
      assert.equal(trustEverything(text), false)
      assert.equal(compile(['loopback', ...EVERYTHING])(text), false)
    })
  }

  it('does not trust a million characters of anything', () => {
    for (const unit of ['1', '.', ':', '0', 'f', '1.', '1:', '::', '%', 'x', '\u0130', ' ']) {
      assert.equal(trustEverything(unit.repeat(1_000_000)), unit === '0')
    }
  })
})
