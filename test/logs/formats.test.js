'use strict'

/*
 * Compares each format, natively and through WebAssembly, with the slow model, on random
 * lines, some of them hostile. LOGS_LINES is the number of lines; 200,000 in the long
 * form.
 */

const assert = require('node:assert/strict')
const fs = require('node:fs')
const path = require('node:path')

const { openInput, runFiles } = require('../../lib/logs/files')
const { Log, readPlan } = require('../../lib/logs/log')
const { makeTemp, remove } = require('../support/temp')
const { derive } = require('./model')

const LINES = Number(process.env.LOGS_LINES ?? 4000)

/** A generator that returns the same numbers each time. */
function random (seed) {
  let state = seed
  const below = (most) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return Math.floor(state / 2 ** 32 * most)
  }
  return { below, one: (list) => list[below(list.length)] }
}

const HOSTILE = ['\\', '"', '\\"', '\\x22', '\\x2c', '\\x0a', '\\u002c', '%2c', '%0a', '%20', '%', '#22', '#2c', '#', '""',
  '\0', '\t', '\r', '\u00ff', '|', '{', '}', '[', ']', ' [', '{}', ',', ' ', '-', '\\N', '\x7f', '\x1b[31m', '\\', '\\\\', '\\xz', '\\u12']

const ADDRESSES = ['10.0.0.1', '10.1.2.3', '127.0.0.1', '::1', '::ffff:10.0.0.2', '203.0.113.9', '198.51.100.7', '2001:db8::1',
  '10.0.0.1:443', '[2001:db8::1]:80', '[::1]', '192.0.2.1:99999', '010.0.0.1', '0x0a.1.1.1', '10.1', '1.2.3', '', 'unknown', '_hidden',
  'fe80::1%eth0', '::ffff:10.0.0.1:80', '10.0.0.300', '2001:DB8:0:0::7', '::FFFF:CB00:7109', '1.2.3.4\\x2c 5.6.7.8', '\\x31.2.3.4', '%31.2.3.4', '#31.2.3.4']

function makeHeader ({ below, one }) {
  if (below(6) === 0) return one(['-', '', ',', ' , ', '\\N'])
  const count = below(50) === 0 ? below(300) : 1 + below(4)
  return Array.from({ length: count }, () => below(8) === 0 ? one(HOSTILE) + one(ADDRESSES) : one(ADDRESSES)).join(one([',', ', ', ' ,', ',,']))
}

/** Makes a header of RFC 7239: with quotes and parameters, or sometimes without either. */
function makeForwarded (rng) {
  const { below, one } = rng
  if (below(8) === 0) return makeHeader(rng)
  const pair = () => {
    const text = one(ADDRESSES)
    const node = text.includes(':') && below(5) > 0 ? `"${text.startsWith('[') || !text.includes('::') ? text : `[${text}]`}"` : text
    return one([`for=${node}`, `For=${node}`, `for=${node};proto=https`, 'proto=http;by=_a', `for="${one(HOSTILE)}"`])
  }
  return Array.from({ length: 1 + below(4) }, pair).join(one([',', ', ', ' , ', ',', '\\x0a', '%0a', '#0a']))
}

/** Makes text without characters that end a field; sometimes with them. */
function makeText (rng, without) {
  const text = Array.from({ length: rng.below(4) }, () => rng.one([...HOSTILE, 'abc', 'GET / HTTP/1.1'])).join('')
  return rng.below(20) === 0 ? text : text.replace(without, '')
}

const MAKERS = {
  nginx (rng) {
    const header = rng.below(10) === 0 ? rng.header(rng) : rng.header(rng).replace(/"/g, '\\x22')
    const field = () => makeText(rng, /["\\\n]/g)
    const last = rng.below(10) === 0 ? '' : ` "${header}"` + rng.one(['', '', ' 0.5', ' "more"'])
    return `${rng.one(ADDRESSES)} - ${field()} [x] "${field()}" 200 5 "${field()}" "${field()}"${last}`
  },
  haproxy (rng) {
    return `${rng.one(['', 'Feb  6 12:14:14 host haproxy[14389]: '])}${rng.one(ADDRESSES)} [06/Feb/2026:12:14:14.655] in b/s ` +
      `0/0/1/2/3 200 5 - - ---- 1/1/1/1/0 0/0 ${rng.one(['', '{', '{', '{'])}${rng.header(rng)}${rng.one(['}', '}', '|x}', ''])} {} "${makeText(rng, /\n/g)}"`
  },
  cloudfront (rng) {
    const fields = Array.from({ length: rng.below(10) === 0 ? rng.below(25) : 33 }, () => 'x')
    fields[4] = rng.one(ADDRESSES)
    if (fields.length > 19) fields[19] = rng.header(rng).replace(/ /g, '%20')
    return Array.from(fields, (field) => field ?? '').join('\t')
  },
  tsv (rng) {
    return [rng.one(ADDRESSES), makeText(rng, /[\t\n]/g), rng.header(rng), 'x'].slice(0, rng.below(10) === 0 ? rng.below(4) : 4).join('\t')
  },
  csv (rng) {
    const field = (text) => rng.below(12) === 0 ? text : rng.below(4) === 0 && !/[",\n]/.test(text) ? text : `"${text.replaceAll('"', '""')}"`
    return [rng.one(ADDRESSES), makeText(rng, /\r/g) + rng.one(['', '', '', '\n', 'a\r\nb']), rng.header(rng)].map(field).join(',')
  },
  json (rng) {
    const text = (value) => rng.below(15) === 0
      ? `"${value}"`
      : JSON.stringify(value).replace(/[,.1]/g, (unit) => rng.below(9) === 0 ? `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}` : unit)
    const header = rng.below(8) === 0
      ? rng.one(['[]', 'null', '7', '["a",1]', '[["a"]]', '{}', 'true'])
      : rng.below(3) === 0 ? `[${[rng.header(rng), rng.header(rng)].map(text).join(' , ')}]` : text(rng.header(rng))
    const members = [`"remote":${rng.below(20) === 0 ? rng.one(['null', '1', '[]', '{"remote":"10.0.0.1"}']) : text(rng.one(ADDRESSES))}`,
      `"headers":${rng.below(20) === 0 ? rng.one(['null', '[{"xff":"1.1.1.1"}]', '"x"']) : `{"a":[{"xff":"6.6.6.6"}],"xff" : ${header}}`}`,
      rng.below(4) === 0
        ? rng.one(['"x":01', '"x":"\\q"', '"headers":{"xff":"8.8.8.8"}', '"h\\u0065aders":{}'])
        : rng.one(['"x":-1.5e+3', '"x":{"headers":{"xff":"9.9.9.9"}}', '"x":[1,[],{}]'])]
    if (rng.below(3) === 0) members.pop()
    if (rng.below(4) === 0) members.reverse()
    const line = `{${members.join(rng.one([',', ' , ']))}}`
    return rng.below(20) === 0 ? line.slice(0, rng.below(line.length)) : line + rng.one(['', '', ' ', ',', '}'].slice(0, rng.below(20) === 0 ? 5 : 3))
  }
}

const FORMATS = {
  nginx: 'nginx',
  apache: 'apache',
  haproxy: 'haproxy',
  cloudfront: 'cloudfront',
  tsv: 'tsv:peer=1,xff=3',
  csv: 'csv:peer=1,xff=3',
  json: 'json:peer=.remote,xff=.headers.xff'
}

const LIST = ['loopback', '10.0.0.0/8']
const SETTINGS = [LIST, true, 1, 2]
const STRICT = [{ strict: { trust: LIST } }, { strict: { hops: 2 } }, { strict: { trust: LIST, header: 'forwarded' } }]

function makeLog (kind, count, seed, { strict } = {}) {
  const rng = { ...random(seed), header: strict?.header === 'forwarded' ? makeForwarded : makeHeader }
  const make = MAKERS[kind === 'apache' ? 'nginx' : kind]
  const lines = Array.from({ length: count }, () => {
    if (rng.below(200) === 0) return rng.one(['', '# a comment', ' ', '\0\0', '"', '\\', 'x'.repeat(3000)])
    const line = make(rng)
    return (rng.below(100) === 0 ? line.slice(rng.below(line.length)) : line) + (rng.below(30) === 0 ? '\r' : '')
  })
  return lines.join('\n') + (rng.below(2) === 0 ? '\n' : '')
}

/** Returns the package's output for pieces of a text. */
function run (kind, trust, pieces, log = new Log(readPlan({ format: FORMATS[kind], trust }))) {
  log.restart()
  log.counters = { lines: 0, unreadable: 0, changed: 0 }
  const written = []
  let waiting = Buffer.alloc(0)
  for (const [i, piece] of pieces.entries()) {
    waiting = Buffer.concat([waiting, piece])
    for (const output of log.run(waiting, i === pieces.length - 1)) written.push(Buffer.from(output))
    waiting = waiting.subarray(log.consumed)
  }
  assert.equal(waiting.length, 0)
  return { output: Buffer.concat(written).toString('latin1'), counters: log.counters }
}

/** The same for a file, or for a part of it. */
async function runFile (kind, file, { jobs, part }) {
  const reader = await openInput(file, part, kind === 'csv')
  const written = []
  const plan = readPlan({ format: FORMATS[kind], trust: LIST })
  const write = async (bytes) => { written.push(Buffer.from(bytes)) }
  const { counters } = await runFiles({ plan, jobs, part, write, tick () {}, isStopped: () => false, onStop () {} }, [reader])
  reader.close()
  return { output: Buffer.concat(written).toString('latin1'), counters }
}

function assertSame (actual, expected) {
  if (actual.output !== expected.output) {
    const [got, wanted] = [actual, expected].map(({ output }) => output.split('\n'))
    const i = wanted.findIndex((line, at) => line !== got[at])
    assert.equal(JSON.stringify(got[i]), JSON.stringify(wanted[i]), `line ${i + 1}`)
  }
  assert.deepEqual(actual, expected)
}

describe('lines of logs', () => {
  let folder

  before(() => { folder = makeTemp() })
  after(() => remove(folder))

  for (const kind of Object.keys(FORMATS)) {
    for (const [i, setting] of [...SETTINGS, ...STRICT].entries()) {
      const finder = setting.strict === undefined ? 'proxy-addr' : "the resolver's model"
      it(`of ${kind} have the clients that ${finder} finds with ${JSON.stringify(setting)}`, () => {
        const text = makeLog(kind, Math.ceil(LINES / SETTINGS.length), kind.length * 1000 + i, setting)
        const expected = derive(text, kind, setting)
        assertSame(run(kind, setting, [Buffer.from(text, 'latin1')]), expected)
        const { lines, unreadable, changed } = expected.counters
        assert.ok(unreadable > 0 && lines - unreadable > lines / 5 && changed > lines / 50, JSON.stringify(expected.counters))
      })
    }

    it(`of ${kind} are the same by two threads, and in parts`, async () => {
      const file = path.join(folder, kind)
      const text = makeLog(kind, LINES, kind.length)
      fs.writeFileSync(file, text, 'latin1')
      const expected = derive(text, kind, LIST)
      for (const jobs of [1, 2]) assertSame(await runFile(kind, file, { jobs }), expected)
      const parts = []
      for (const part of [1, 2, 3]) parts.push(await runFile(kind, file, { jobs: part === 2 ? 2 : 1, part: { part, parts: 3 } }))
      assert.ok(parts.every(({ counters }) => counters.lines > LINES / 4))
      assertSame({ output: parts.map(({ output }) => output).join(''), counters: expected.counters }, expected)
    })

    it(`of ${kind} are the same wherever blocks end`, () => {
      const log = new Log(readPlan({ format: FORMATS[kind], trust: SETTINGS[0] }))
      const bytes = Buffer.from(makeLog(kind, 25, 77), 'latin1')
      const whole = run(kind, SETTINGS[0], [bytes])
      for (let at = 0; at <= bytes.length; at++) {
        assertSame(run(kind, SETTINGS[0], [bytes.subarray(0, at), bytes.subarray(at)], log), whole)
      }
    })
  }
})
