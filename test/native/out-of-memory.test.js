'use strict'

const assert = require('node:assert/strict')
const { spawnSync } = require('node:child_process')
const path = require('node:path')
const { needs } = require('../support/skip')
const failing = require('./failing')

const WALK = path.join(__dirname, 'failing', 'walk.js')

// The two sets that walk.js keeps.
const KEPT = 2

describe('without memory', function () {
  let walked

  before(function () {
    needs({ test: this.test, skip: () => this.skip() }, process.platform === 'linux', 'no linker with --wrap')
    failing.build()

    const { status, signal, stdout, stderr } =
      spawnSync(process.execPath, ['--expose-gc', WALK], { encoding: 'utf8' })

    assert.deepEqual({ status, signal, stderr }, { status: 0, signal: null, stderr: '' })
    walked = JSON.parse(stdout)
  })

  it('each call throws a RangeError if any request fails, and succeeds the next time', () => {
    const { requests } = walked

    assert.ok(Object.keys(requests).length > 10)
    for (const [call, [once, forGood]] of Object.entries(requests)) {
      assert.equal(once, forGood, call)
      if (/compile\(\)|list|long/.test(call)) assert.ok(once > 0, call)
    }
  })

  it('looking up ordinary text allocates nothing', () => {
    assert.deepEqual(walked.requests['a compiled function'], [0, 0])
    assert.deepEqual(walked.requests['proxyaddr()'], [0, 0])
  })

  it('a failed call keeps nothing', () => {
    assert.equal(walked.blocks, KEPT)
  })
})
