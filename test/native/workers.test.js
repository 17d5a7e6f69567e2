'use strict'

const assert = require('node:assert/strict')
const { spawnSync } = require('node:child_process')
const path = require('node:path')
const { run } = require('../support/script')

const ALONE = path.join(__dirname, 'fixtures', 'alone.js')
const TERMINATE = path.join(__dirname, 'fixtures', 'terminate.js')

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
  this.timeout(120_000)

  it('may be ended two hundred times over, in the middle of anything', () => {
    const { status, signal, stdout, stderr } =
      spawnSync(process.execPath, [TERMINATE, '200'], { encoding: 'utf8' })

    assert.deepEqual({ status, signal, stdout, stderr }, { status: 0, signal: null, stdout: '200\n', stderr: '' })
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

  it('may end themselves while an entry of a list turns into its text', () => {
    assert.equal(inWorker(`
      proxyaddr.compile(['10.0.0.0/8', { toString () { process.exit(7) } }])
    `), 'exit 7\n')
  })

  it('may fail in a trust function, which their parent hears of', () => {
    assert.equal(inWorker(`
      proxyaddr(request('10.0.0.1', 'client'), () => { throw new RangeError('mine') })
    `), 'error RangeError: mine\nexit 1\n')
  })

  it('may each load the package, where the main thread has not', () => {
    const { status, signal, stdout, stderr } = spawnSync(process.execPath, [ALONE, '10'], { encoding: 'utf8' })

    assert.deepEqual({ status, signal, stdout, stderr }, { status: 0, signal: null, stdout: 'true\n'.repeat(10), stderr: '' })
  })
})
