'use strict'

const assert = require('node:assert/strict')
const fs = require('node:fs')
const os = require('node:os')
const path = require('node:path')
const proxyaddr = require('../../../lib')
const { compare, median } = require('../../../lib/cli/measure')
const original = require('proxy-addr')
const { version } = require('../../../package.json')
const { ROOT, run } = require('../../support/command')
const { makeTemp, remove } = require('../../support/temp')

/** With figures, which differ each time, as N. */
function withoutFigures (text) {
  return text.replace(/ +\d+(?:\.\d)? (ns|µs|×)/g, ' N $1')
}

describe('bench', function () {
  it('compares with the proxy-addr of the project', () => {
    const { status, stdout, stderr } = run(['bench', '--seconds', '0.2'])
    const [machine, versions, code, ...table] = withoutFigures(stdout).split('\n')

    assert.deepEqual({ status, stderr }, { status: 0, stderr: '' })
    assert.ok(machine.endsWith(`, ${process.platform}-${process.arch}, Node ${process.version}`))
    assert.equal(versions, `this package ${version} (${proxyaddr.engine}), proxy-addr 2.0.8; medians of 0.2 s`)
    assert.equal(code, `Runs the code in ${path.join('node_modules', 'proxy-addr')}`)
    assert.match(table[1], /^ +this +proxy-addr +faster$/)
    assert.deepEqual(table.slice(2).map((line) => line.replace(/ +/g, ' ')), [
      'no proxy, a header from the client N ns N ns N ×',
      'one proxy N ns N ns N ×',
      'three proxies N ns N ns N ×',
      'two proxies, IPv6 N ns N ns N ×',
      'a spoofing client, 1,000 subnets N ns N ns N ×',
      'a client that sends 30 entries N ns N ns N ×',
      ''
    ])
  })

  it('gives its figures as JSON', () => {
    const { status, stdout, stderr } = run(['bench', '--json', '--seconds', '0.1'])
    const { machine, versions, seconds, results } = JSON.parse(stdout)

    assert.deepEqual({ status, stderr }, { status: 0, stderr: `Runs the code in ${path.join('node_modules', 'proxy-addr')}\n` })
    assert.equal(machine.node, process.version)
    assert.deepEqual(versions, { native: version, engine: proxyaddr.engine, original: '2.0.8' })
    assert.equal(seconds, 0.1)
    assert.equal(results.length, 6)
    for (const { name, ns, ratio } of results) {
      assert.ok(ns.native > 0 && ns.original > 0, name)
      assert.equal(ratio, ns.original / ns.native)
    }
  })

  it('takes the middle of its figures, or the mean of the two in the middle', () => {
    assert.equal(median([10, 2, 9]), 9)
    assert.equal(median([10, 2, 9, 1]), 5.5)
    assert.equal(median([7]), 7)
  })

  it('refuses to measure what gives other answers', () => {
    const wrong = Object.assign((req, trust) => original(req, trust) + ' ', { compile: original.compile })

    assert.throws(() => compare({ native: proxyaddr, original: wrong }, 0.1), /^Error: different answers: /)
  })

  it('compares with the neighbour of this package elsewhere', () => {
    const folder = fs.mkdtempSync(path.join(fs.realpathSync(os.tmpdir()), 'elsewhere-'))
    const { stdout, stderr } = run(['bench', '--json', '--seconds', '0.1'], { cwd: folder })
    fs.rmdirSync(folder)

    assert.equal(JSON.parse(stdout).versions.original, '2.0.8')
    assert.equal(stderr, `Runs the code in ${fs.realpathSync(path.join(ROOT, 'node_modules', 'proxy-addr'))}, which is outside of ${folder}\n`)
  })

  it('measures this package alone where proxy-addr is not installed, and says so', () => {
    const { status, stdout, stderr } = alone()

    assert.deepEqual({ status, stderr }, { status: 0, stderr: '' })
    assert.match(stdout, /\), alone, without proxy-addr: --help says how to have both\n/)
    assert.match(withoutFigures(stdout), /^three proxies N ns$/m)
  })

  it('measures this package alone where that is asked for', () => {
    const { status, stdout, stderr } = run(['bench', '--alone', '--seconds', '0.1'])

    assert.deepEqual({ status, stderr }, { status: 0, stderr: '' })
    assert.match(stdout, /\), alone, without proxy-addr: --help says how to have both\n\n +this\n/)
    assert.match(withoutFigures(stdout), /^three proxies N ns$/m)
    assert.equal(JSON.parse(run(['bench', '--alone', '--seconds', '0.1', '--json']).stdout).versions.original, undefined)
  })

  it('says the same in JSON', () => {
    const { versions, results } = JSON.parse(alone('--json').stdout)

    assert.equal(versions.original, undefined)
    assert.deepEqual(Object.keys(results[0]), ['name', 'ns'])
    assert.deepEqual(Object.keys(results[0].ns), ['native'])
  })
})

/** A copy of this package beside which there is no other. */
function alone (...args) {
  const folder = makeTemp()
  for (const part of ['bin', 'lib', 'package.json', 'prebuilds.js']) fs.cpSync(path.join(ROOT, part), path.join(folder, part), { recursive: true })
  try {
    return run(['bench', '--seconds', '0.1', ...args], { env: { PROXY_ADDR_ENGINE: '' }, cwd: folder, bin: path.join(folder, 'bin', 'proxy-addr.js') })
  } finally {
    remove(folder)
  }
}
