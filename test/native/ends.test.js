'use strict'

const assert = require('node:assert/strict')
const { outcome } = require('../support/script')

/** Every place at which code of the user's runs in the middle of a call. */
const PLACES = [
  ['a trust function', "proxyaddr(request('10.0.0.1', 'client'), () => leave())"],
  ['a trust function of all()', "proxyaddr.all(request('10.0.0.1', 'client'), () => leave())"],
  ['the getter of the headers', 'proxyaddr({ get headers () { leave() } }, trust)'],
  ['the getter of the header', "proxyaddr({ headers: { get 'x-forwarded-for' () { leave() } } }, trust)"],
  ['the getter of the socket', "proxyaddr({ headers: {}, get socket () { leave() } }, 'loopback')"],
  ['the getter of the peer', 'proxyaddr({ headers: {}, socket: { get remoteAddress () { leave() } } }, trust)'],
  ['a proxy for a request', 'proxyaddr(new Proxy({}, { get () { leave() } }), trust)'],
  ['an entry that turns into its text', "proxyaddr.compile(['10.0.0.0/8', { toString () { leave() } }])"],
  ['the list that is copied', "proxyaddr.compile(Object.assign(['::1'], { slice () { leave() } }))"],
  ['a header with methods', "proxyaddr(request('10.0.0.1', { length: 1, charCodeAt () { leave() } }), trust)"]
]

function play (place, leave) {
  return outcome(`
    const trust = proxyaddr.compile(['10.0.0.0/8', 'fd00::/8'])
    globalThis.kept = [trust, proxyaddr.compile('loopback')]
    const leave = () => { ${leave} }
    ${place}
    console.log('it went on')
  `)
}

describe('a process', function () {
  this.timeout(60_000)

  for (const [name, place] of PLACES) {
    it(`may be left in ${name}`, () => {
      assert.deepEqual(play(place, 'process.exit(7)'), { status: 7, signal: null, stdout: '', stderr: '' })
    })

    it(`fails as usual if something is thrown in ${name}`, () => {
      const { status, signal, stdout, stderr } = play(place, "throw new RangeError('mine')")

      assert.deepEqual({ status, signal, stdout }, { status: 1, signal: null, stdout: '' })
      assert.match(stderr, /RangeError: mine/)
    })
  }

  it('may catch what was thrown, and what comes next is right', () => {
    assert.deepEqual(outcome(`
      const trust = proxyaddr.compile(['10.0.0.0/8', 'fd00::/8'])
      const leave = () => { throw new RangeError('mine') }
      const places = [${PLACES.map(([, place]) => `() => ${place}`)}]
      for (let i = 0; i < 1000; i++) {
        assert.throws(places[i % places.length], { name: 'RangeError', message: 'mine' })
        assert.equal(proxyaddr(request('10.0.0.1', 'client, fd00::1'), trust), 'client')
        assert.equal(proxyaddr(request('10.0.0.1', 'client, fd00::1'), 'uniquelocal'), 'client')
      }
    `), { status: 0, signal: null, stdout: '', stderr: '' })
  })
})
