'use strict'

const assert = require('node:assert/strict')
const reference = require('proxy-addr')
const proxyaddr = require('../support/implementation')
const { request } = require('../support/rules')

const BOTH = [reference, proxyaddr]

/** Returns the answer or error of both functions, which must be the same. */
function answer (call) {
  const [expected, given] = BOTH.map((lib) => {
    try {
      return { value: call(lib) }
    } catch (error) {
      return { name: error.name, message: error.message }
    }
  })

  assert.deepEqual(given, expected)
  return given
}

/** Makes other calls, with text longer and shorter than any in use. */
function disturb (lib) {
  const trust = lib.compile(['192.0.2.0/24', 'linklocal'])

  return [
    lib(request('192.0.2.1', 'x'.repeat(1000) + ', fe80::1'), trust),
    lib.all(request('192.0.2.1', 'a, b, 169.254.0.1'), ['linklocal', '192.0.2.1']),
    trust('fe80::9')
  ]
}

/** Headers and peers of calls that a nested call must not disturb. */
const CASES = [
  ['10.0.0.1', '203.0.113.9, 10.0.0.2'],
  ['::ffff:10.0.0.1', `${'y'.repeat(300)}, 203.0.113.9, ${'10.0.0.3, '.repeat(60)}10.0.0.2`],
  ['10.0.0.1', '203.0.113.9'],
  ['203.0.113.1', '203.0.113.9']
]

describe('a call within a call', () => {
  for (const [peer, header] of CASES) {
    it(`may come from any getter of a request: ${peer}, ${header.length} units`, () => {
      for (const place of ['headers', 'header', 'socket', 'peer']) {
        answer((lib) => {
          const seen = []
          const at = (here, value) => {
            if (here === place) seen.push(disturb(lib))
            return value
          }
          const req = {
            get headers () { return at('headers', { get 'x-forwarded-for' () { return at('header', header) } }) },
            get socket () { return at('socket', { get remoteAddress () { return at('peer', peer) } }) }
          }
          const trust = lib.compile(['10.0.0.0/8', '::1'])

          return [lib(req, trust), lib.all(req, trust), lib(req, ['10.0.0.0/8']), lib.all(req), seen]
        })
      }
    })

    it(`may come from a trust function, about the very request: ${peer}, ${header.length} units`, () => {
      answer((lib) => {
        const req = request(peer, header)
        const trust = lib.compile(['10.0.0.0/8', '::1'])
        const seen = []
        const nested = (addr, i) => {
          seen.push(lib(req, trust), lib.all(req, (_, j) => j < i), disturb(lib))
          return trust(addr)
        }

        return [lib(req, nested), lib.all(req, nested), seen]
      })
    })
  }

  it('may come from the entries of a list while the list is compiled', () => {
    answer((lib) => {
      const seen = []
      const entry = (text) => ({ toString () { seen.push(disturb(lib)); return text } })
      const list = ['10.0.0.0/8', entry('loopback'), '::2', entry('uniquelocal')]
      const trust = lib.compile(list)

      return [trust('::1'), trust('::2'), trust('::3'), lib(request('fd00::1', 'client'), list), seen]
    })
  })

  it('may nest as deep as the stack allows, and the next call answers correctly', () => {
    for (const lib of BOTH) {
      const req = request('10.0.0.1', '203.0.113.9, 10.0.0.2')
      let depth = 0
      const nest = () => {
        depth++
        return lib(req, nest)
      }

      assert.throws(() => lib(req, nest), { name: 'RangeError', message: 'Maximum call stack size exceeded' })
      assert.ok(depth > 500, `${depth} deep`)
      assert.equal(lib(req, '10.0.0.0/8'), '203.0.113.9')
    }
  })
})

describe('a request that changes', () => {
  it('is read once, whatever its getters answer the next time', () => {
    answer((lib) => {
      let reads = 0
      const req = {
        headers: { get 'x-forwarded-for' () { return `192.0.2.${++reads}, ${'10.0.0.1, '.repeat(reads * 20)}10.0.0.2` } },
        socket: { get remoteAddress () { return `10.0.0.${++reads}` } }
      }
      const trust = lib.compile(['10.0.0.0/8', '::1'])

      return [lib(req, trust), lib.all(req, trust), lib(req, '10.0.0.0/8'), lib.all(req, (addr) => trust(addr)), reads]
    })
  })

  it('may change its properties while its header is read', () => {
    answer((lib) => {
      const req = request('10.0.0.1', 'unused')

      Object.defineProperty(req.headers, 'x-forwarded-for', {
        get () {
          req.socket = { remoteAddress: '10.0.0.9' }
          return '192.0.2.1, 203.0.113.9'
        }
      })
      return [lib(req, lib.compile('10.0.0.9')), lib(req, '10.0.0.1'), req.socket.remoteAddress]
    })
  })

  it('may be sealed, or have properties that cannot be changed', () => {
    for (const hold of [Object.seal, Object.freeze, Object.preventExtensions]) {
      answer((lib) => {
        const req = hold({ headers: hold({ 'x-forwarded-for': '192.0.2.1, 10.0.0.2' }), socket: hold({ remoteAddress: '10.0.0.1' }) })

        return [lib(req, lib.compile('10.0.0.0/8')), lib.all(req), lib.all(req, ['10.0.0.1'])]
      })
    }
  })

  it('may be a proxy that has been revoked, as may be any part of it', () => {
    for (const part of ['req', 'headers', 'socket']) {
      const { message } = answer((lib) => {
        const revoke = (here, target) => {
          if (here !== part) return target
          const { proxy, revoke } = Proxy.revocable(target, {})
          revoke()
          return proxy
        }
        const trust = lib.compile(['10.0.0.0/8', '::1'])

        return lib(revoke('req', {
          headers: revoke('headers', { 'x-forwarded-for': '192.0.2.1' }),
          socket: revoke('socket', { remoteAddress: '10.0.0.1' })
        }), trust)
      })

      assert.equal(message, "Cannot perform 'get' on a proxy that has been revoked")
    }
  })

  it('may be a proxy of a proxy of a proxy, seen by each', () => {
    answer((lib) => {
      const seen = []
      const wrap = (target, depth) => depth === 0
        ? target
        : wrap(new Proxy(target, {
          get (inner, key, receiver) { seen.push([depth, String(key)]); return Reflect.get(inner, key, receiver) }
        }), depth - 1)
      const req = wrap(request('10.0.0.1', '192.0.2.1, 10.0.0.2'), 3)

      return [lib(req, lib.compile('10.0.0.0/8')), lib.all(req), seen]
    })
  })
})
