'use strict'

const assert = require('node:assert')
const { spawn } = require('node:child_process')
const { once } = require('node:events')
const http = require('node:http')
const path = require('node:path')
const { ask, chooseNetwork, listClients } = require('../../examples/demo/clients')
const { setStage } = require('../../examples/demo/stage')
const { scripts } = require('../../package.json')
const { textOf } = require('../http/support/server')
const { needs } = require('../support/skip')

const ROOT = path.join(__dirname, '..', '..')
const DEMO = path.join(ROOT, 'examples', 'demo')
const BROKEN = path.join(__dirname, '..', 'support', 'broken.js')

describe('npm start', function () {
  this.timeout(120_000)

  let network
  let running

  before(async function () {
    network = await chooseNetwork()
  })

  afterEach(function () {
    if (running?.exitCode === null) running.kill('SIGKILL')
  })

  it("shows Express's answers about each client, and exits with 0", async function () {
    needs(this, network.direct, 'the machine lacks loopback addresses besides 127.0.0.1')
    needs(this, network.ipv6, 'the machine lacks IPv6')
    needs(this, network.mapped, 'nothing can listen on a mapped address')

    const { code, stdout, stderr } = await run([])

    assert.strictEqual(stderr, '')
    assert.strictEqual(code, 0)
    assert.deepStrictEqual(scenes(stdout), [
      {
        title: '1. An honest client over IPv4',
        ip: '127.0.0.21',
        ips: '127.0.0.21, 127.0.0.11',
        protocol: 'https',
        hostname: 'shop.example'
      },
      {
        title: '2. A spoofing client that claims to be our own proxy',
        ip: '127.0.0.22',
        ips: '127.0.0.22, 127.0.0.11',
        protocol: 'https',
        hostname: 'shop.example'
      },
      {
        title: "3. A spoofing client that claims somebody else's address, host and protocol",
        ip: '127.0.0.23',
        ips: '127.0.0.23, 127.0.0.11',
        protocol: 'https',
        hostname: 'shop.example'
      },
      {
        title: '4. An honest client over IPv6',
        ip: '::1',
        ips: '::1, 127.0.0.11',
        protocol: 'https',
        hostname: 'shop.example'
      },
      {
        title: '5. An IPv4 client of a dual-stack listener, which sees it as ::ffff:…',
        ip: '::ffff:127.0.0.24',
        ips: '::ffff:127.0.0.24, 127.0.0.11',
        protocol: 'https',
        hostname: 'shop.example'
      },
      {
        title: '6. A spoofing client that found a way past the proxies',
        ip: '::ffff:127.0.0.25',
        ips: '(none)',
        protocol: 'http',
        hostname: 'shop.example'
      }
    ])
    assert.deepStrictEqual(stdout.trimEnd().split('\n').slice(-2).map(withoutNumbers), [
      'All N answers are the same.',
      'client + N proxy: N s here, N s with proxy-addr, N times faster (N runs, N subnets, mapped peers)'
    ])
  })

  it('shows with --lists a list that changes under load, and exits with 0', async function () {
    this.timeout(60_000)
    const { code, stdout, stderr } = await run(['--lists'])

    assert.deepStrictEqual({ code, stderr }, { code: 0, stderr: '' })
    assert.deepStrictEqual(stdout.match(/^ {2}(?:swapped|refused).*$/gm).map((line) => line.slice(2, 40)), [
      'swapped  + 198.51.100.0/24',
      'swapped  - 192.0.2.0/24',
      'refused (type): the answer is a web pa',
      'refused (empty): the list is empty, wh',
      'refused (wide): entry 1, "0.0.0.0/1", ',
      'refused (entry): entry 3, "cdn.example',
      'swapped  + 192.0.2.0/24  - 198.51.100.'
    ])
    assert.match(stdout, /^[1-9]\d* requests, 3 swaps: 0 answers that are neither list's\.$/m)
  })

  it('prints no colour into a pipe', async function () {
    const { stdout } = await run([])

    assert.strictEqual(stdout.includes('\x1b'), false)
  })

  it("exits with 1 if an answer differs from the original's", async function () {
    const { code, stdout } = await run([], { ...preload(BROKEN), BROKEN: 'answers' })

    assert.strictEqual(code, 1)
    assert.strictEqual(stdout.match(/req\.ip .* DIFFERENT/g).length, listClients(network).length)
  })

  it('exits with 1 if it would compare this package with itself', async function () {
    const ours = require.resolve('../..')

    assert.deepStrictEqual(await run([], preload(path.join(DEMO, 'use-native.js'))), {
      code: 1,
      stdout: '',
      stderr: 'The demonstration failed: an app should run on proxy-addr, ' +
        `but it runs on proxy-addr-native (${ours})\n`
    })
  })

  it('refuses an unknown option with one line, and exits with 2', async function () {
    assert.deepStrictEqual(await run(['--sevre']), {
      code: 2,
      stdout: '',
      stderr: "Unknown option '--sevre'. See --help.\n"
    })
  })

  it('refuses an argument with one line, and exits with 2', async function () {
    assert.deepStrictEqual(await run(['serve']), {
      code: 2,
      stdout: '',
      stderr: "Unexpected argument 'serve'. See --help.\n"
    })
  })

  it('keeps both apps running with --serve until a signal', async function () {
    const child = start(['--serve'])
    const stdout = await invitation(child)
    const urls = stdout.match(/curl http:\/\/127\.0\.0\.1:\d+\//g).map((line) => line.slice(5))

    const answers = []
    for (const url of urls) {
      const [res] = await once(http.get(url, { agent: false }), 'response')
      answers.push(JSON.parse(await textOf(res)).ip)
    }
    child.kill('SIGTERM')
    const [code, signal] = await once(child, 'exit')

    assert.deepStrictEqual(answers, ['127.0.0.1', '127.0.0.1'])
    assert.deepStrictEqual({ code, signal }, { code: 0, signal: null })
  })

  it('ends with the process that started it when it serves', async function () {
    running = spawn('sh', ['-c', `"${process.execPath}" "${DEMO}" --serve; true`])
    await invitation(running)
    const closed = once(running, 'close')

    running.kill('SIGKILL')

    // The shell ends at once. Its output closes once the last app has ended.
    assert.deepStrictEqual(await closed, [null, 'SIGKILL'])
  })

  /** Runs the command of package.json, without npm. */
  function start (args, env = {}) {
    const [, ...script] = scripts.start.split(' && ').at(-1).split(' ')
    running = spawn(process.execPath, [...script, ...args], {
      cwd: ROOT,
      env: { ...process.env, ...env }
    })
    return running
  }

  async function run (args, env) {
    const child = start(args, env)
    const [[code], stdout, stderr] = await Promise.all([
      once(child, 'close'),
      text(child.stdout),
      text(child.stderr)
    ])
    return { code, stdout, stderr }
  }
})

/** Resolves to the output of `--serve` once it waits. */
function invitation (child) {
  let stdout = ''
  return new Promise((resolve) => {
    child.stdout.setEncoding('utf8').on('data', (chunk) => {
      stdout += chunk
      if (stdout.includes('Ctrl+C')) resolve(stdout)
    })
  })
}

/** Returns the answers of this package's app to each client; the other app's are the same. */
function scenes (stdout) {
  return stdout.split('\n\n').filter((part) => /^\d\. /.test(part)).map((part) => {
    const scene = { title: part.split('\n')[0] }
    for (const line of part.matchAll(/req\.(\w+) +(.+?) {2,}(.+?) {2,}same/g)) {
      assert.strictEqual(line[2], line[3])
      scene[line[1]] = line[2]
    }
    return scene
  })
}

/** Returns an environment in which each Node process loads `file` first. */
function preload (file) {
  return { NODE_OPTIONS: `--require "${file}"` }
}

function withoutNumbers (line) {
  return line.replace(/\d+(\.\d+)?/g, 'N').replace(/N [nµ]s/g, 'N s').replace(/(N(?: s)?) to \1/g, '$1')
}

async function text (stream) {
  return (await stream.setEncoding('utf8').toArray()).join('')
}

describe('the loopback addresses of the demonstration', function () {
  it('are one for each proxy and client if 127.0.0.0/8 is usable', async function () {
    const { clients, ...network } = await chooseNetwork(async () => true)

    assert.deepStrictEqual(network, {
      ipv6: true,
      mapped: true,
      direct: true,
      edgeAddress: '127.0.0.11',
      innerAddress: '127.0.0.12',
      innerHost: '127.0.0.1',
      appHost: '::ffff:127.0.0.1',
      trust: '127.0.0.11, 127.0.0.12',
      notShown: []
    })
    assert.strictEqual(clients(1), '127.0.0.21')
  })

  it('omit IPv6 if it is missing', async function () {
    const { clients, ...network } = await chooseNetwork(async (host) => !host.includes(':'))

    assert.deepStrictEqual(network, {
      ipv6: false,
      mapped: false,
      direct: true,
      edgeAddress: '127.0.0.11',
      innerAddress: '127.0.0.12',
      innerHost: '127.0.0.1',
      appHost: '127.0.0.1',
      trust: '127.0.0.11, 127.0.0.12',
      notShown: ['the IPv6 client (no ::1 here)', 'the mapped client (no IPv6 here)']
    })
    assert.strictEqual(clients(1), '127.0.0.21')
  })

  it('are refused if clients would look like proxies', async function () {
    await assert.rejects(chooseNetwork(async (host) => host === '127.0.0.1'), {
      name: 'Error',
      message: 'loopback has neither 127.0.0.2 nor ::1, so clients would look like proxies: ' +
        'enable IPv6 on loopback, or run this on Linux'
    })
  })

  it('distinguish clients and proxies if only 127.0.0.1 and ::1 exist', async function () {
    const { ipv6 } = await chooseNetwork()
    needs(this, ipv6, 'the machine lacks IPv6')
    const network = await chooseNetwork(async (host) => host !== '127.0.0.2')
    const stage = await setStage(network)

    try {
      const answers = []
      for (const client of listClients(network)) {
        const { ip, ips, forwardedFor } = await ask(client, stage.native)
        answers.push({ title: client.title, ip, ips, forwardedFor })
      }
      assert.deepStrictEqual(answers, [
        {
          title: 'An honest client over IPv4',
          ip: '127.0.0.1',
          ips: ['127.0.0.1', '::1'],
          forwardedFor: '127.0.0.1, ::1'
        },
        {
          title: 'A spoofing client that claims to be our own proxy',
          ip: '127.0.0.1',
          ips: ['127.0.0.1', '::1'],
          forwardedFor: '::1, 127.0.0.1, ::1'
        },
        {
          title: "A spoofing client that claims somebody else's address, host and protocol",
          ip: '127.0.0.1',
          ips: ['127.0.0.1', '::1'],
          forwardedFor: '203.0.113.7, 127.0.0.1, ::1'
        },
        {
          title: 'An IPv4 client of a dual-stack listener, which sees it as ::ffff:…',
          ip: '::ffff:127.0.0.1',
          ips: ['::ffff:127.0.0.1', '::1'],
          forwardedFor: '::ffff:127.0.0.1, ::1'
        }
      ])
    } finally {
      await stage.stop()
    }
  })
})
