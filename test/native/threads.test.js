'use strict'

const assert = require('node:assert/strict')
const { spawnSync } = require('node:child_process')
const path = require('node:path')
const { IMPLEMENTATION, outcome, run } = require('../support/script')

const TERMINATE = path.join(__dirname, 'terminate.js')
/** How often a worker is ended (the long form of `.ci/run` does it more often). */
const ENDED = process.env.WORKERS_ENDED ?? '40'

/**
 * Loads the package only in workers, one after another, so that the addon is loaded
 * and unloaded. Each prints whether it trusts an address.
 */
const ALONE = `
  const { once } = require('node:events')
  const { isMainThread, parentPort, Worker } = require('node:worker_threads')
  async function main () {
    for (let i = 0; i < 10; i++) {
      const worker = new Worker(process._eval, { eval: true })
      const ended = once(worker, 'exit')
      console.log(...await once(worker, 'message'))
      await ended
    }
  }
  if (isMainThread) main()
  else parentPort.postMessage(require(${JSON.stringify(IMPLEMENTATION)}).compile(['10.0.0.0/8', '::1'])('10.1.2.3'))
`

/** Runs `source` in a worker, as in script.js, and prints its exit code. */
function inWorker (source) {
  return run(`
    const { isMainThread, Worker } = require('node:worker_threads')
    if (isMainThread) {
      const worker = new Worker(process._eval, { eval: true })
      worker.on('error', (error) => console.log('error', String(error)))
      worker.on('exit', (code) => console.log('exit', code))
    } else {
      ${source}
    }
  `)
}

describe('worker threads', function () {
  it(`may be ended at any point, ${ENDED} times`, () => {
    const { status, signal, stdout, stderr } =
      spawnSync(process.execPath, [TERMINATE, ENDED], { encoding: 'utf8' })

    assert.deepEqual({ status, signal, stdout, stderr }, { status: 0, signal: null, stdout: `${ENDED}\n`, stderr: '' })
  })

  it('may end with sets alive', () => {
    assert.equal(inWorker(`
      globalThis.kept = Array.from({ length: 1000 }, (_, i) => proxyaddr.compile(['loopback', '10.0.0.' + i % 256]))
    `), 'exit 0\n')
  })

  it('may end themselves in a trust function', () => {
    assert.equal(inWorker(`
      proxyaddr(request('10.0.0.1', 'client'), () => process.exit(7))
    `), 'exit 7\n')
  })

  it('may end themselves in a getter of a request, with a list that is not compiled', () => {
    assert.equal(inWorker(`
      proxyaddr({ get headers () { process.exit(7) } }, ['loopback', '10.0.0.0/8'])
    `), 'exit 7\n')
  })

  it('may end themselves while an entry of a list is converted to text', () => {
    assert.equal(inWorker(`
      proxyaddr.compile(['10.0.0.0/8', { toString () { process.exit(7) } }])
    `), 'exit 7\n')
  })

  it('may fail in a trust function, which their parent is notified of', () => {
    assert.equal(inWorker(`
      proxyaddr(request('10.0.0.1', 'client'), () => { throw new RangeError('mine') })
    `), 'error RangeError: mine\nexit 1\n')
  })

  it('may each load the package if the main thread has not', () => {
    const { status, signal, stdout, stderr } = spawnSync(process.execPath, ['-e', ALONE], { encoding: 'utf8' })

    assert.deepEqual({ status, signal, stdout, stderr }, { status: 0, signal: null, stdout: 'true\n'.repeat(10), stderr: '' })
  })
})

/** The places at which a user's code runs during a call. */
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
  for (const [name, place] of PLACES) {
    it(`may exit in ${name}`, () => {
      assert.deepEqual(play(place, 'process.exit(7)'), { status: 7, signal: null, stdout: '', stderr: '' })
    })

    it(`fails as usual if something is thrown in ${name}`, () => {
      const { status, signal, stdout, stderr } = play(place, "throw new RangeError('mine')")

      assert.deepEqual({ status, signal, stdout }, { status: 1, signal: null, stdout: '' })
      assert.match(stderr, /RangeError: mine/)
    })
  }

  it('may catch what was thrown, and the next call answers correctly', () => {
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
