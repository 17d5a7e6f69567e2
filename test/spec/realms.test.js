'use strict'

/* Values of other realms of one thread, and of other threads. */

const assert = require('node:assert/strict')
const { once } = require('node:events')
const { setTimeout: delay } = require('node:timers/promises')
const vm = require('node:vm')
const { isMainThread, parentPort, Worker, workerData } = require('node:worker_threads')
const proxyaddr = require('../support/implementation')
const { request, throwsTypeError } = require('../support/rules')

const { all, compile } = proxyaddr

/**
 * In a worker: compiles and resolves for a number of rounds, or until it is ended,
 * and reports what it found.
 */
function work () {
  const { id, rounds } = workerData
  const headers = { 'x-forwarded-for': `192.0.2.${id}, 10.${id}.0.2` }
  const answers = new Set()

  parentPort.postMessage('started')

  for (let round = 0; round < rounds; round++) {
    const trust = proxyaddr.compile([`10.${id}.0.0/16`, `fd00:${id}::/32`, 'loopback'])
    const req = { headers, socket: { remoteAddress: `::ffff:10.${id}.0.1` } }

    answers.add(proxyaddr(req, trust))
    answers.add(proxyaddr.all(req, [`10.${id}.0.0/16`]).join())
    answers.add(String(trust(`fd00:${id}::1`)))

    try {
      proxyaddr.compile(['loopback', `bad ${id}`])
    } catch (error) {
      answers.add(error.message)
    }
  }

  parentPort.postMessage([...answers])
}

/** Starts a worker that compiles and resolves. */
async function start (id, rounds) {
  const worker = new Worker(__filename, { workerData: { id, rounds } })

  await once(worker, 'message')
  return worker
}

/** What a worker reports when it ends by itself. */
async function finish (id, rounds) {
  const messages = []
  const worker = new Worker(__filename, { workerData: { id, rounds } })

  // Two messages may arrive at once, so do not await each.
  worker.on('message', (message) => messages.push(message))

  const [code] = await once(worker, 'exit')

  assert.equal(code, 0)
  assert.deepEqual(messages.shift(), 'started')
  assert.equal(messages.length, 1)
  return messages[0]
}

/** Evaluates a source text in a new realm. */
function foreign (source) {
  return vm.runInNewContext(`(${source})`)
}

if (!isMainThread) {
  work()
} else {
  describe('values of another realm', () => {
    it('can be the request', () => {
      const req = foreign(`{
        headers: { 'x-forwarded-for': '192.0.2.1, 10.0.0.2' },
        socket: { remoteAddress: '10.0.0.1' }
      }`)

      assert.equal(proxyaddr(req, '10.0.0.0/8'), '192.0.2.1')
      assert.deepEqual(all(req), ['10.0.0.1', '10.0.0.2', '192.0.2.1'])
    })

    it('can be the list of subnets', () => {
      const list = foreign("['loopback', '10.0.0.0/8']")

      assert.equal(compile(list)('10.0.0.1'), true)
      assert.equal(compile(list)('::1'), true)
      assert.equal(compile(list)('192.0.2.1'), false)
      assert.equal(proxyaddr(request('10.0.0.1', '192.0.2.1'), list), '192.0.2.1')
      assert.equal(list.length, 2)
    })

    it('can be the trust function, which gets no receiver there either', () => {
      const trust = foreign("function (address, i) { 'use strict'; return this === undefined && i < 1 }")

      assert.equal(proxyaddr(request('10.0.0.1', '192.0.2.1, 10.0.0.2'), trust), '10.0.0.2')
    })

    it('can be an empty list, which is the same as one of this realm', () => {
      assert.equal(compile(foreign('[]')), compile([]))
    })

    it('can be elements that are not strings, refused alike', () => {
      throwsTypeError(() => compile(foreign('[null]')), "Cannot read properties of null (reading 'lastIndexOf')")
      throwsTypeError(() => compile(foreign('[{}]')), 'note.lastIndexOf is not a function')
      throwsTypeError(() => compile(foreign('[[]]')), 'invalid IP address: ')
      throwsTypeError(() => compile(foreign('[,]')), "Cannot read properties of undefined (reading 'lastIndexOf')")
      assert.equal(compile(foreign("[['loopback'], new String('10.0.0.1')]"))('127.0.0.1'), true)
    })

    it('can be anything unsupported, refused alike', () => {
      for (const source of ['{}', '() => true', 'new Set()', "new String('loopback')", 'Symbol()']) {
        throwsTypeError(() => compile(foreign(source)), 'unsupported trust argument')
      }
    })

    it('can be a header that is not a string', () => {
      throwsTypeError(() => all(request('10.0.0.1', foreign("['a']"))), 'header.charCodeAt is not a function')
      assert.equal(proxyaddr(request('10.0.0.1', foreign("new String('192.0.2.1')")), '10.0.0.1'), '192.0.2.1')
    })

    it("yield errors and lists of the package's own realm", () => {
      const caught = vm.runInNewContext(`
        try { compile('blargh') } catch (error) { [error, error instanceof TypeError] }
      `, { compile })

      assert.ok(caught[0] instanceof TypeError)
      assert.equal(caught[1], false)
      assert.ok(vm.runInNewContext('all(req)', { all, req: request('::1') }) instanceof Array)
    })

    it('may come and go', () => {
      for (let i = 0; i < 50; i++) {
        const context = vm.createContext({ compile, proxyaddr, request })

        assert.equal(vm.runInContext(`
          const trust = compile(['10.0.0.0/8', 'loopback'])
          proxyaddr(request('10.0.0.1', '192.0.2.${i}, 10.0.0.2'), trust)
        `, context), `192.0.2.${i}`)
      }
    })

    it('may outlive their realm', () => {
      const trusts = Array.from({ length: 50 }, (_, i) =>
        vm.runInNewContext(`compile('10.0.0.${i}')`, { compile }))

      trusts.forEach((trust, i) => {
        assert.equal(proxyaddr(request(`10.0.0.${i}`, 'client'), trust), 'client')
        assert.equal(proxyaddr(request('10.0.0.99', 'client'), trust), '10.0.0.99')
      })
    })
  })

  describe('in worker threads', function () {
    it('eight of them compile and resolve at once, without affecting each other', async () => {
      const ids = [1, 2, 3, 4, 5, 6, 7, 8]
      const results = await Promise.all(ids.map((id) => finish(id, 500)))

      assert.deepEqual(results, ids.map((id) => [
        `192.0.2.${id}`,
        `::ffff:10.${id}.0.1,10.${id}.0.2,192.0.2.${id}`,
        'true',
        `invalid IP address: bad ${id}`
      ]))
    })

    it('each may be terminated while it works', async () => {
      for (let round = 0; round < 5; round++) {
        const workers = await Promise.all([1, 2, 3, 4].map((id) => start(id, 1e9)))

        await delay(5 * round)
        assert.deepEqual(await Promise.all(workers.map((worker) => worker.terminate())), [1, 1, 1, 1])
      }
    })

    it('the main thread keeps working while they start and end', async () => {
      const trust = proxyaddr.compile(['10.0.0.0/8', 'fd00::/8'])
      const worker = await start(1, 1e9)

      for (let i = 0; i < 256; i++) {
        assert.equal(proxyaddr(request(`10.0.0.${i}`, '192.0.2.1, fd00::1'), trust), '192.0.2.1')
      }

      await worker.terminate()
      assert.equal(proxyaddr(request('10.0.0.1', '192.0.2.1, fd00::1'), trust), '192.0.2.1')
      assert.equal(proxyaddr.compile('loopback')('::1'), true)
    })

    it('many may follow one another', async () => {
      for (let id = 1; id <= 20; id++) {
        assert.equal((await finish(id, 1))[0], `192.0.2.${id}`)
      }
    })
  })
}
