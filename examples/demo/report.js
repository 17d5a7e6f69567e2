'use strict'

/*
 * Asks both apps about every client, compares what they answer, and prints it; and
 * measures the time for one `proxyaddr(req, trust)`. As a program, it prints the figures
 * of one run.
 */

const { execFileSync } = require('node:child_process')
const path = require('node:path')
const { flat, median } = require('../../lib/cli/measure')
const { ask, listClients } = require('./clients')

const LABEL = 16
const COLUMN = 32

/** The properties of Express's `req` that depend on `trust proxy`. */
const ASKED = ['ip', 'ips', 'protocol', 'hostname']

/** Returns whether the two apps answered a client with the same `req[name]`. */
function isSame (name, native, original) {
  return JSON.stringify(native[name]) === JSON.stringify(original[name])
}

/**
 * Throws unless one app really runs on this package and the other on the original:
 * comparing a package with itself would prove nothing.
 */
function checkSides ({ native, original }) {
  check(native.app.proxyAddr, 'proxy-addr-native', require.resolve('../..'))
  check(original.app.proxyAddr, 'proxy-addr', require.resolve('proxy-addr'))
}

function check ({ name, file, loaded }, expectedName, expectedFile) {
  if (name === expectedName && file === expectedFile && loaded) return
  throw new Error(
    `an app should run on ${expectedName}, but it ` +
    `${loaded ? 'runs on' : 'would find'} ${name} (${file})`
  )
}

/**
 * Sends every client's request to both apps and prints the answers. Resolves to
 * `{ total, different }`: how many answers were compared, and how many differ.
 */
async function show (stage, network, report, print) {
  let total = 0
  let different = 0
  for (const [i, client] of listClients(network).entries()) {
    const native = await ask(client, stage.native)
    const original = await ask(client, stage.original)
    print(report.scene(i + 1, client, network, native, original))
    total += ASKED.length
    different += ASKED.filter((name) => !isSame(name, native, original)).length
  }
  return { total, different }
}

/**
 * Returns functions that format results as lines for a terminal, in colour if
 * `colour` is set.
 */
function createReport ({ colour }) {
  const paint = (code) => (text) => colour ? `\x1b[${code}m${text}\x1b[0m` : text
  const bold = paint(1)
  const dim = paint(2)
  const green = paint(32)
  const red = paint(31)

  const row = (label, text) => `   ${dim(label.padEnd(LABEL))}${text}`

  function heading ({ native, original }, network) {
    return [
      bold(`Express ${native.app.express} behind two reverse proxies, ` +
        `Node ${process.versions.node}`),
      '',
      `   app.set('trust proxy', '${network.trust}')`,
      '',
      row('on the left', side(native.app)),
      row('on the right', side(original.app)),
      ...network.notShown.map((what) => row('not shown', what)),
      ''
    ].join('\n')
  }

  /** One client: what it sent, the path of its request, what both apps answered. */
  function scene (number, client, network, native, original) {
    const verdicts = ASKED.map((name) => {
      const left = text(native[name])
      const right = text(original[name])
      const mark = isSame(name, native, original) ? green('same') : red('DIFFERENT')
      return row(
        `req.${name}`,
        `${bold(left.padEnd(COLUMN))} ${right.padEnd(COLUMN)} ${mark}`
      )
    })
    return [
      bold(`${number}. ${client.title}`),
      ...sent(client).map((line, i) => row(i ? '' : 'sent', line)),
      row('chain', way(client, network)),
      row('app receives', `X-Forwarded-For: ${native.forwardedFor}`),
      row('', `from its peer ${native.peer}`),
      row('Express says', dim(`${'proxy-addr-native'.padEnd(COLUMN)} proxy-addr`)),
      ...verdicts,
      ''
    ].join('\n')
  }

  function speed ({ runs, native, original, times }) {
    return `client + 1 proxy: ${bold(range(native, duration))} here, ` +
      `${range(original, duration)} with proxy-addr, ` +
      bold(`${range(times, (ratio) => ratio < 10 ? ratio.toFixed(1) : String(Math.round(ratio)))} times faster`) +
      dim(` (${runs} runs, 8 subnets, mapped peers)`)
  }

  function verdict (total, different) {
    return different === 0
      ? green(`All ${total} answers are the same.`)
      : red(`${different} of ${total} answers are DIFFERENT.`)
  }

  return { heading, scene, speed, verdict }
}

function side ({ proxyAddr: { name, version, file, engine } }) {
  const from = path.relative(process.cwd(), file)
  return `${name} ${version}${engine ? `, engine ${engine}` : ''} (${from})`
}

function sent ({ from, headers }) {
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`)
  return [
    `GET / from ${from}${lines.length ? ', with' : ', no X-Forwarded-For'}`,
    ...lines
  ]
}

function way ({ from, direct }, { edgeAddress, innerAddress }) {
  return direct
    ? `${from} > app`
    : `${from} > edge ${edgeAddress} > inner ${innerAddress} > app`
}

function text (value) {
  if (Array.isArray(value)) return value.length ? value.join(', ') : '(none)'
  return String(value)
}

function range ([least, most], text) {
  const [from, to] = [text(least), text(most)]
  return from === to ? to : `${from} to ${to}`
}

function duration (nanoseconds) {
  return nanoseconds < 1000
    ? `${Math.round(nanoseconds)} ns`
    : `${(nanoseconds / 1000).toFixed(1)} µs`
}

const RUNS = 5
const CLIENTS = 1024
const ROUNDS = 11
const NETWORKS = ['loopback', 'linklocal', 'uniquelocal']

/**
 * Returns the minimum and the maximum of several runs, each in a process of its own:
 * a single run may be a lucky one.
 *
 * @returns {{ runs: number, native: number[], original: number[], times: number[] }}
 *   nanoseconds, and how many times faster this package is
 */
function measureSpeed () {
  const runs = Array.from({ length: RUNS }, () =>
    JSON.parse(execFileSync(process.execPath, [__filename], { encoding: 'utf8' })))
  const range = (of) => [Math.min(...runs.map(of)), Math.max(...runs.map(of))]
  return {
    runs: RUNS,
    native: range(({ native }) => native),
    original: range(({ original }) => original),
    times: range(({ native, original }) => original / native)
  }
}

/**
 * Takes medians of rounds in which the two packages take turns, over requests
 * that are all different.
 */
function measureOnce (native, original) {
  const requests = Array.from({ length: CLIENTS }, (_, i) => request(i))
  const sides = [native, original].map((proxyaddr) => ({
    proxyaddr,
    trust: proxyaddr.compile(NETWORKS),
    times: []
  }))
  for (let round = 0; round < ROUNDS; round++) {
    for (const side of sides) side.times.push(time(side, requests))
  }
  return { native: median(sides[0].times), original: median(sides[1].times) }
}

/** A client and one proxy in the header, the other proxy as a mapped peer. */
function request (i) {
  const low = `${i >> 8}.${i & 255}`
  return {
    headers: { 'x-forwarded-for': flat(`203.${113 + i % 100}.${low}, 10.1.${low}`) },
    socket: { remoteAddress: `::ffff:10.0.0.${i % 8 + 1}` }
  }
}

function time ({ proxyaddr, trust }, requests) {
  let length = 0
  const start = process.hrtime.bigint()
  for (const req of requests) length += proxyaddr(req, trust).length
  const end = process.hrtime.bigint()
  if (length === 0) throw new Error('no request had an address')
  return Number(end - start) / requests.length
}

if (require.main === module) {
  process.stdout.write(JSON.stringify(measureOnce(require('../..'), require('proxy-addr'))))
}

module.exports = { checkSides, createReport, measureSpeed, show }
