'use strict'

const assert = require('node:assert/strict')
const { once } = require('node:events')
const path = require('node:path')
const { setTimeout: delay } = require('node:timers/promises')
const { Worker } = require('node:worker_threads')
const proxyaddr = require('../support/implementation')
const { request } = require('./helpers')

const RESOLVER = path.join(__dirname, 'fixtures', 'resolver.js')

/** Starts a worker that compiles and resolves. */
async function start (id, rounds) {
  const worker = new Worker(RESOLVER, { workerData: { id, rounds } })

  await once(worker, 'message')
  return worker
}

/** What a worker reports when it ends by itself. */
async function finish (id, rounds) {
  const messages = []
  const worker = new Worker(RESOLVER, { workerData: { id, rounds } })

  // Two messages may arrive at once, so do not await each.
  worker.on('message', (message) => messages.push(message))

  const [code] = await once(worker, 'exit')

  assert.equal(code, 0)
  assert.deepEqual(messages.shift(), 'started')
  assert.equal(messages.length, 1)
  return messages[0]
}

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
