'use strict'

const assert = require('node:assert/strict')
const proxyaddr = require('../support/implementation')
const { throwsTypeError } = require('../support/rules')

const { compile } = proxyaddr

describe('compile() without a list', () => {
  for (const [name, value] of [
    ['undefined', undefined], ['null', null], ['the empty string', ''], ['0', 0], ['-0', -0],
    ['NaN', NaN], ['false', false], ['0n', 0n]
  ]) {
    it(`says that the argument is required for ${name}`, () => {
      throwsTypeError(() => compile(value), 'argument is required')
    })
  }

  it('says that the argument is required if there is none', () => {
    throwsTypeError(() => compile(), 'argument is required')
  })

  for (const [name, value] of [
    ['a number', 42], ['true', true], ['a bigint', 1n], ['a symbol', Symbol('loopback')],
    ['an object', {}], ['an object that looks like a list', { 0: 'loopback', length: 1 }],
    ['a function', () => true], ['a trust function', compile('loopback')],
    // eslint-disable-next-line no-new-wrappers
    ['a String object', new String('loopback')],
    ['a Buffer', Buffer.from('loopback')], ['a Set', new Set(['loopback'])],
    ['an arguments object', (function () { return arguments })('loopback')],
    ['a regular expression', /^127\./], ['a typed array', new Uint8Array(4)],
    ['an iterator', ['loopback'].values()], ['a promise', Promise.resolve('loopback')],
    ['an object without a prototype', Object.create(null)], ['a Date', new Date(0)]
  ]) {
    it(`says that ${name} is unsupported`, () => {
      throwsTypeError(() => compile(value), 'unsupported trust argument')
    })
  }
})

describe('compile() with an invalid address', () => {
  it('quotes it, up to its last slash', () => {
    throwsTypeError(() => compile('blargh'), 'invalid IP address: blargh')
    throwsTypeError(() => compile('blargh/8'), 'invalid IP address: blargh')
    throwsTypeError(() => compile('10.0.0.1/8/8'), 'invalid IP address: 10.0.0.1/8')
    throwsTypeError(() => compile('10.0.0.1//8'), 'invalid IP address: 10.0.0.1/')
    throwsTypeError(() => compile('/'), 'invalid IP address: ')
    throwsTypeError(() => compile('/8'), 'invalid IP address: ')
    throwsTypeError(() => compile('//'), 'invalid IP address: /')
    throwsTypeError(() => compile(['']), 'invalid IP address: ')
  })

  it('quotes all of it, however long', () => {
    const long = 'x'.repeat(1_000_000)

    throwsTypeError(() => compile(long), `invalid IP address: ${long}`)
    throwsTypeError(() => compile(`${long}/8`), `invalid IP address: ${long}`)
    throwsTypeError(() => compile(`::1/${long}`), `invalid range on address: ::1/${long}`)
  })

  it('quotes it unchanged, whatever it contains', () => {
    for (const text of [
      'a\0b', '\ud800', '\udc00\ud800', '\u{1f600}', 'caf\u00e9', '10.0.0.1\r\n', ' 10.0.0.1', '%s %d',
      '\u202e1.2.3.4', '1\u0130.2.3.4'
    ]) {
      throwsTypeError(() => compile(text), `invalid IP address: ${text}`)
      throwsTypeError(() => compile(`10.0.0.1/${text}`), `invalid range on address: 10.0.0.1/${text}`)
    }
  })

  it('does not split a string at commas', () => {
    throwsTypeError(() => compile('10.0.0.1,10.0.0.2'), 'invalid IP address: 10.0.0.1,10.0.0.2')
    throwsTypeError(() => compile('loopback, linklocal'), 'invalid IP address: loopback, linklocal')
  })

  it('does not split an element at any separator', () => {
    for (const separator of ['\0', '\n', ',', ';', ' ', '\t', '|', '\u0001', '\u001f', '\uffff']) {
      const text = `10.0.0.1${separator}10.0.0.2`

      throwsTypeError(() => compile([text]), `invalid IP address: ${text}`)
      throwsTypeError(() => compile(['::1', text, '::2']), `invalid IP address: ${text}`)
    }
  })
})

describe('compile() with several invalid entries', () => {
  it('reports the first in the order of the list', () => {
    throwsTypeError(() => compile(['10.0.0.1/99', 'bad']), 'invalid range on address: 10.0.0.1/99')
    throwsTypeError(() => compile(['bad', '10.0.0.1/99']), 'invalid IP address: bad')
    throwsTypeError(() => compile(['loopback', 'bad', 'worse']), 'invalid IP address: bad')
    throwsTypeError(() => compile(['::1', '10.0.0.1', 'loopback', 'uniquelocal', 'bad']),
      'invalid IP address: bad')
  })

  it('reports an invalid address before its invalid length', () => {
    throwsTypeError(() => compile('bad/99'), 'invalid IP address: bad')
    throwsTypeError(() => compile('256.0.0.1/'), 'invalid IP address: 256.0.0.1')
  })

  it('finds one invalid entry among ten thousand', () => {
    const list = Array.from({ length: 10_000 }, (_, i) => `10.${i >> 8}.${i & 255}.0/24`)

    list[9_999] = '10.39.15.0/33'
    throwsTypeError(() => compile(list), 'invalid range on address: 10.39.15.0/33')
    list[5_000] = '10.19.136.256'
    throwsTypeError(() => compile(list), 'invalid IP address: 10.19.136.256')
  })
})

describe('the list given to compile()', () => {
  it('is not changed', () => {
    const list = ['loopback', '10.0.0.1', 'uniquelocal', 'linklocal']

    compile(list)
    assert.deepEqual(list, ['loopback', '10.0.0.1', 'uniquelocal', 'linklocal'])
  })

  it('may be frozen', () => {
    assert.equal(compile(Object.freeze(['loopback', '10.0.0.1']))('127.0.0.1'), true)
  })

  it('may change later without effect', () => {
    const list = ['10.0.0.1']
    const trust = compile(list)

    list[0] = '10.0.0.2'
    list.push('10.0.0.3')
    assert.deepEqual(['10.0.0.1', '10.0.0.2', '10.0.0.3'].filter(trust), ['10.0.0.1'])
  })

  it('is copied by its own slice()', () => {
    const list = ['10.0.0.1']

    list.slice = () => ['10.0.0.2']
    assert.deepEqual(['10.0.0.1', '10.0.0.2'].filter(compile(list)), ['10.0.0.2'])
  })

  it('may copy itself to a subclass of Array', () => {
    class List extends Array {}

    const trust = compile(List.of('loopback', '10.0.0.1'))

    assert.deepEqual(['127.0.0.1', '10.0.0.1', '10.0.0.2'].filter(trust), ['127.0.0.1', '10.0.0.1'])
  })

  it('may be a proxy of an array', () => {
    const trust = compile(new Proxy(['loopback', '10.0.0.1'], {}))

    assert.deepEqual(['127.0.0.1', '10.0.0.1', '10.0.0.2'].filter(trust), ['127.0.0.1', '10.0.0.1'])
  })

  it('may be a proxy, which sees no more than what slice() does', () => {
    const seen = new Set()
    const handler = new Proxy({}, { get: (_, trap) => { seen.add(trap) } })

    compile(new Proxy(['loopback', '10.0.0.1'], handler))
    assert.deepEqual([...seen].sort(), ['get', 'has'])
  })

  it('may have getters for elements, which are read once', () => {
    const list = ['::1', '10.0.0.2']
    let reads = 0

    Object.defineProperty(list, 0, { get: () => `10.0.0.${++reads}` })
    assert.deepEqual(['10.0.0.1', '10.0.0.2', '10.0.0.3'].filter(compile(list)), ['10.0.0.1', '10.0.0.2'])
    assert.equal(reads, 1)
  })

  /** Returns a list whose copy yields the next of these elements each time it is read. */
  const changing = (...elements) => Object.assign(['10.0.0.1'], {
    slice: () => new Proxy(['10.0.0.1'], {
      get: (list, key) => key === '0' ? elements.shift() : list[key]
    })
  })

  it('is read twice if its copy can observe that: for names, then for subnets', () => {
    const trust = compile(changing('10.0.0.1', '10.0.0.2', '10.0.0.3'))

    assert.deepEqual(['10.0.0.1', '10.0.0.2', '10.0.0.3'].filter(trust), ['10.0.0.2'])
    assert.throws(() => compile(changing('10.0.0.1', 'loopback', '10.0.0.3')),
      { name: 'TypeError', message: 'invalid IP address: loopback' })
    assert.throws(() => compile(changing('10.0.0.1', '10.0.0.0/33', '10.0.0.3')),
      { name: 'TypeError', message: 'invalid range on address: 10.0.0.0/33' })
    assert.throws(() => compile(changing('10.0.0.1', undefined, '10.0.0.3')), TypeError)
  })

  it('is read twice for a single use, too', () => {
    const req = { headers: { 'x-forwarded-for': '10.9.9.9, 10.0.0.3' }, socket: { remoteAddress: '10.0.0.2' } }

    assert.equal(proxyaddr(req, changing('10.0.0.1', '10.0.0.2', '10.0.0.3')), '10.0.0.3')
    assert.throws(() => proxyaddr(req, changing('10.0.0.0/8', 'x', '10.0.0.0/8')),
      { name: 'TypeError', message: 'invalid IP address: x' })
  })

  it('is read in the order of its elements, first all of them for names', () => {
    const order = []
    const copy = new Proxy(['10.0.0.1', 'loopback', '::1'], {
      get (list, key) {
        if (/^[0-9]+$/.test(String(key))) order.push(`${String(key)}: ${list[key]}`)
        return list[key]
      }
    })

    compile(Object.assign(['x'], { slice: () => copy }))
    // splice() moves the elements after a name, so it reads them, too.
    assert.deepEqual(order, [
      '0: 10.0.0.1', '1: loopback', '1: loopback', '2: ::1', '3: ::1',
      '0: 10.0.0.1', '1: 127.0.0.1/8', '2: ::1/128', '3: ::1'
    ])
  })

  it('may throw anything from a getter, unchanged', () => {
    const list = ['10.0.0.1']
    const thrown = Object.assign(new RangeError('mine'), { code: 'E_MINE' })

    Object.defineProperty(list, 0, { get () { throw thrown } })
    assert.throws(() => compile(list), (error) => error === thrown)
  })

  it('may hold the same subnet many times, in any order', () => {
    const trust = compile(['10.0.0.0/9', '10.0.0.1', '10.0.0.0/8', '10.0.0.1', '10.0.0.0/8'])
    const back = compile(['10.0.0.0/8', '10.0.0.1', '10.0.0.0/8', '10.0.0.1', '10.0.0.0/9'])
    const addresses = ['9.255.255.255', '10.0.0.0', '10.0.0.1', '10.255.255.255', '11.0.0.0']

    assert.deepEqual(addresses.filter(trust), addresses.slice(1, 4))
    assert.deepEqual(addresses.filter(back), addresses.slice(1, 4))
  })
})
