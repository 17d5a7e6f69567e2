'use strict'

/* The command `lists`, without a network. */

const assert = require('node:assert/strict')
const fs = require('node:fs')
const path = require('node:path')
const { write } = require('../../../lib/lists/snapshot')
const { makeFolder, removeFolders } = require('../../lists/support/server')
const { run } = require('../../support/command')

describe('the command lists', () => {
  let folder

  beforeEach(function () { folder = makeFolder(this.currentTest) })
  afterEach(function () { removeFolders(this.currentTest) })

  /** @param {string} content of the file to check */
  function check (content, ...args) {
    const file = path.join(folder, 'list')
    fs.writeFileSync(file, content)
    return run(['lists', 'check', file, ...args])
  }

  it('check says how much of the internet a list trusts, and whose list it seems to be', () => {
    assert.deepEqual(check('173.245.48.0/20\n103.21.244.0/22\n2400:cb00::/32\n'), {
      status: 0,
      stderr: '',
      stdout: "IPv4: 2 entries, 0.00012 % of the internet's addresses\n" +
        "IPv6: 1 entry, 1.9e-7 % of the internet's addresses\n" +
        'looks like Cloudflare: 3 of 3 entries\nnothing is wrong\n'
    })
    assert.deepEqual(JSON.parse(check('{"addresses": ["151.101.0.0/16"], "ipv6_addresses": []}', '--json').stdout), {
      entries: ['151.101.0.0/16'],
      families: [{ family: 4, entries: 1, internet: 2 ** -16 }, { family: 6, entries: 0, internet: 0 }],
      owners: [{ owner: 'Fastly', entries: 1 }],
      problems: []
    })
  })

  it('check reports what lint does, and exits with 1 for a danger', () => {
    const { status, stdout } = check('203.0.113.0/24\n1.0.0.0/8\n')
    assert.equal(status, 1)
    assert.match(stdout, /does not look like anybody known here\ndanger {2}very-wide {2}1\.0\.0\.0\/8\n/)
    assert.equal(check('203.0.113.0/24\n1.0.0.0/8\n', '--json').status, 1)
    const { code } = JSON.parse(check('203.0.113.0/24', '--json').stdout).problems[0]
    assert.equal(code, 'documentation-range')
    assert.match(check('203.0.113.0/24').stdout, /warning {2}documentation-range/)
    assert.equal(JSON.parse(check('0.0.0.0/1', '--json').stdout).refused.rule, 'wide')
  })

  it('check exits with 1 for a refused list', () => {
    for (const [content, args, message] of [
      ['0.0.0.0/1', [], /^refused \(wide\): entry 1, "0\.0\.0\.0\/1"/],
      ['{"actions": []}', [], /^refused \(customers\): this is GitHub's meta/],
      ['{"addresses": []}', ['--parse', 'aws', '--service', 'EC2'], /^refused \(customers\): this is AWS's EC2/],
      ['', [], /^refused \(empty\)/]
    ]) {
      const { status, stdout, stderr } = check(content, ...args)
      assert.deepEqual([status, stderr], [1, ''])
      assert.match(stdout, message)
    }
  })

  it('exits with 2 and one line for an invalid argument', () => {
    for (const [args, message] of [
      [[], /the name of a list is missing \(expected cloudflare, fastly/],
      [['akamai'], /unknown list 'akamai'/],
      [['aws'], /a service is missing after lists aws/],
      [['aws', 'EC2'], /this is AWS's EC2/],
      [['fastly', 'x'], /unexpected argument 'x' after lists fastly/],
      [['fastly', '--parse', 'aws'], /--parse and --service are for url and check/],
      [['url', 'http://example.com/'], /is not https/],
      [['check'], /give check one file/],
      [['check', path.join(folder, 'none')], /cannot read .*there is no such file/],
      [['check', __filename, '--parse', 'xml'], /unknown format 'xml' \(expected lines,/]
    ]) {
      const { status, stdout, stderr } = run(['lists', ...args])
      assert.deepEqual([status, stdout], [2, ''], args.join(' '))
      assert.match(stderr, message)
      assert.equal(stderr.trimEnd().split('\n').length, 1)
    }
  })

  it('prints the snapshot, and exits with 1, if there is no network', async () => {
    const snapshot = path.join(folder, 'snapshot.json')
    // No server listens on port 1.
    const source = 'https://127.0.0.1:1/list'
    await write(snapshot, { source, fetchedAt: Date.now(), week: [], parts: [{ entries: ['192.0.2.0/24'] }] })
    const { status, stdout, stderr } = run(['lists', 'url', source, '--snapshot', snapshot])
    assert.deepEqual([status, stdout], [1, '192.0.2.0/24\n'])
    assert.equal(JSON.parse(run(['lists', 'url', source, '--json']).stdout).refused.rule, 'network')
    assert.match(stderr, /^proxy-addr-native: refused \(network\): cannot fetch https:\/\/127\.0\.0\.1:1\/list/)
  })

  it('writes a snapshot, and prints the list', () => {
    const snapshot = path.join(folder, 'snapshot.json')
    const expected = { status: 0, stdout: '130.211.0.0/22\n35.191.0.0/16\n', stderr: '' }
    assert.deepEqual(run(['lists', 'google-load-balancers', '--snapshot', snapshot]), expected)
    assert.ok(fs.existsSync(snapshot))
    const { outcome, entries } = JSON.parse(run(['lists', 'google-load-balancers', '--json']).stdout)
    assert.deepEqual([outcome, entries], ['updated', ['130.211.0.0/22', '35.191.0.0/16']])
    assert.deepEqual(run(['lists', 'google-load-balancers', '--snapshot', snapshot]), expected)
  })
})
