'use strict'

/*
 * Logs: CPU time per megabyte of this package's command, of a script as one
 * would write it by hand, and of tools that only read the log; elapsed time;
 * and peak memory. The log is generated: 64 MB, or a gigabyte with --full. The
 * time for an empty log, which is mostly Node's start, is deducted.
 */

const { spawn, spawnSync } = require('node:child_process')
const fs = require('node:fs')
const path = require('node:path')
const { median } = require('../../lib/cli/measure')
const { flat, insider, many, publicV4 } = require('../inputs')

const FOLDER = path.join(__dirname, '..', '..', 'build', 'logs-bench')
const BIN = path.join(__dirname, '..', '..', 'bin', 'proxy-addr.js')
const TRUST = 'loopback,10.0.0.0/8'
const ROUNDS = 3
const SIZE = 64e6
const FULL_SIZE = 1e9
const LINES = 20_000

const AGENT = 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Safari/537.36'
const TIME = '26/Nov/2026:07:00:00 +0000'

/** @typedef {{ peer: string, header: string, path: string }} Request */

/** @type {Record<string, { format: string, line: (request: Request) => string, parse: string }>} */
const FORMATS = {
  nginx: {
    format: 'nginx',
    line: ({ peer, header, path }) => `${peer} - - [${TIME}] "GET ${path} HTTP/1.1" 200 5316 "https://shop.example/" "${AGENT}" "${header}"`,
    parse: '(line) => [line.split(\' \', 1)[0], line.split(\'"\')[7]]'
  },
  json: {
    format: 'json:peer=.remote,xff=.headers.xff',
    line: ({ peer, header, path }) => JSON.stringify({ ts: TIME, remote: peer, uri: path, status: 200, headers: { host: 'shop.example', xff: header, agent: AGENT } }),
    parse: '(line) => { const { remote, headers } = JSON.parse(line); return [remote, headers.xff] }'
  }
}

/** The script that one would write by hand. It buffers output, because console.log() is slower. */
function script ({ parse }) {
  return `
    const proxyaddr = require(${JSON.stringify(require.resolve('proxy-addr'))})
    const trust = proxyaddr.compile(${JSON.stringify(TRUST.split(','))})
    const parse = ${parse}
    let waiting = ''
    require('node:readline').createInterface({ input: require('node:fs').createReadStream(process.argv[1]) })
      .on('line', (line) => {
        const [remoteAddress, header] = parse(line)
        waiting += proxyaddr({ headers: { 'x-forwarded-for': header }, connection: { remoteAddress } }, trust) + ' ' + line + '\\n'
        if (waiting.length < 65536) return
        process.stdout.write(waiting)
        waiting = ''
      })
      .on('close', () => process.stdout.write(waiting))`
}

const NATIVE = 'native, 1 job'
const TWO = 'native, 2 jobs'
const WASM = 'WebAssembly, 1 job'
const PLAIN = 'plain Node script'
const MAWK = "mawk '{print $1}'"
const WC = 'wc -l'

/** @returns {Record<string, { command: string[], env?: object }>} by candidate, without the file */
function commands (kind) {
  const ours = (/** @type {string} */ jobs) => [process.execPath, BIN, 'logs', '--trust', TRUST, '--format', FORMATS[kind].format, '--jobs', jobs]
  return {
    [NATIVE]: { command: ours('1'), env: { PROXY_ADDR_ENGINE: 'native' } },
    [TWO]: { command: ours('2'), env: { PROXY_ADDR_ENGINE: 'native' } },
    [WASM]: { command: ours('1'), env: { PROXY_ADDR_ENGINE: 'wasm' } },
    [PLAIN]: { command: [process.execPath, '-e', script(FORMATS[kind])] },
    [MAWK]: { command: ['mawk', '{print $1}'] },
    [WC]: { command: ['wc', '-l'] }
  }
}

/** Writes a log, its first lines, and an empty log. @param {string} kind */
function generate (kind) {
  fs.mkdirSync(FOLDER, { recursive: true })
  const proxy = insider(['10.0.0.0/8'], 'IPv4')
  const requests = many(11, (numbers) => ({
    peer: `10.0.0.${1 + numbers.below(8)}`,
    header: [publicV4(numbers), ...Array.from({ length: numbers.below(3) }, () => proxy(numbers))].map(flat).join(', '),
    path: flat(`/products/${numbers.below(100000)}?page=${numbers.below(50)}`)
  }), LINES)
  const block = Buffer.from(requests.map((request) => FORMATS[kind].line(request) + '\n').join(''))
  const size = process.env.BENCH_FULL ? FULL_SIZE : SIZE
  const [file, head, empty] = [kind, 'head', 'empty'].map((name) => path.join(FOLDER, `${name}.log`))
  const fd = fs.openSync(file, 'w')
  for (let done = 0; done < size; done += block.length) fs.writeSync(fd, block)
  fs.closeSync(fd)
  fs.writeFileSync(head, block)
  fs.writeFileSync(empty, '')
  return { file, head, empty, megabytes: fs.statSync(file).size / 1e6 }
}

/** Returns a process's peak memory in bytes; undefined if it has ended. @param {number} pid */
function peakOf (pid) {
  try {
    const found = /^VmHWM:\s*(\d+) kB/m.exec(fs.readFileSync(`/proc/${pid}/status`, 'utf8'))
    return found === null ? undefined : Number(found[1]) * 1024
  } catch {
    return undefined
  }
}

/**
 * Runs a command to its end, and discards its output.
 *
 * @returns {Promise<{ cpu: number, clock: number, peak: number }>} milliseconds, and bytes
 */
async function run ({ command, env = {} }, file) {
  const child = spawn('bash', ['-c', 'TIMEFORMAT="%U %S %R"; time "$@" >/dev/null', '-', 'sh', '-c', 'echo $$ >&2; exec "$@"', '-', ...command, file],
    { env: { ...process.env, ...env }, stdio: ['ignore', 'ignore', 'pipe'] })
  let printed = ''
  let peak = 0
  child.stderr.setEncoding('utf8').on('data', (text) => { printed += text })
  const watch = setInterval(() => { peak = Math.max(peak, peakOf(Number.parseInt(printed, 10)) ?? 0) }, 10)
  const code = await new Promise((resolve, reject) => child.on('error', reject).on('close', resolve))
  clearInterval(watch)
  const [user, system, real] = printed.trim().split('\n').at(-1).split(' ').map(Number)
  if (code !== 0 || Number.isNaN(real)) throw new Error(`${command.slice(0, 3).join(' ')}: ${printed}`)
  return { cpu: (user + system) * 1e3, clock: real * 1e3, peak }
}

/**
 * Checks that the first three candidates find the same clients as the script.
 * @param {string} kind @param {string} head some lines
 */
function check (kind, head) {
  const all = commands(kind)
  const print = (/** @type {string} */ name, /** @type {string[]} */ ...more) => spawnSync(all[name].command[0], [...all[name].command.slice(1), ...more, head],
    { encoding: 'utf8', maxBuffer: 1 << 26, env: { ...process.env, ...all[name].env } }).stdout
  const clients = (/** @type {string} */ text) => text.replace(/^\{"client":"([^"]*)"\}$/gm, '$1')
  const right = print(PLAIN).replace(/ .*/g, '')
  for (const name of [NATIVE, TWO, WASM]) {
    if (clients(print(name, '--alone')) !== right) throw new Error(`${name} finds other clients in ${kind} than proxy-addr`)
  }
}

/** Each kind is measured once for its three rows. */
const measured = new Map()

/** @param {string} kind @param {string[]} [only] */
async function figures (kind, only) {
  const { file, head, empty, megabytes } = generate(kind)
  check(kind, head)
  const chosen = Object.entries(commands(kind)).filter(([name]) => only?.includes(name) ?? true)
  const rounds = []
  for (let i = 0; i < ROUNDS; i++) {
    const round = {}
    for (const [name, command] of chosen) round[name] = { start: await run(command, empty), whole: await run(command, file) }
    rounds.push(round)
  }
  fs.rmSync(file)
  const of = (/** @type {string} */ name, /** @type {'cpu' | 'clock'} */ what) =>
    median(rounds.map(({ [name]: { start, whole } }) => (whole[what] - start[what]) / megabytes))
  return Object.fromEntries(chosen.map(([name]) =>
    [name, { cpu: of(name, 'cpu'), clock: of(name, 'clock'), peak: Math.max(...rounds.map(({ [name]: { whole } }) => whole.peak)) }]))
}

/** What is measured for each kind, and its unit. */
const WHATS = { 'CPU time': ['cpu', 'ms'], time: ['clock', 'ms'], memory: ['peak', 'bytes'] }
const rows = Object.fromEntries(Object.keys(FORMATS).flatMap((kind) => Object.entries(WHATS).map(([title, [what, unit]]) =>
  [`${kind}, ${title === 'memory' ? 'peak memory' : `${title} for a megabyte`}`, { kind, what, unit }])))

/** @param {string} row @param {string[]} [only] */
async function measure (row, only) {
  const { kind, what, unit } = rows[row]
  const key = [kind, ...only ?? []].join('|')
  if (!measured.has(key)) measured.set(key, figures(kind, only))
  const found = await measured.get(key)
  const first = Object.values(found)[0][what]
  return Object.fromEntries(Object.entries(found).map(([name, { [what]: value }]) => [name, { value, ratio: value / first, unit, noise: 0 }]))
}

module.exports = {
  title: 'Finding the clients of a log; the time for an empty log is deducted',
  unit: 'ms',
  candidates: Object.keys(commands('nginx')),
  rows,
  main: ['nginx, CPU time for a megabyte'],
  measure
}
