'use strict'

/*
 * Runs the recipes of docs/logs.md on the engines that they are for. Each must give the
 * output of a single run. For Spark and Hadoop, this does with a process what their
 * PipedRDD and PipeMapRed do. Takes minutes, and installs chdb from npm into build/.
 *
 *   npx mocha test/logs/engines.js
 */

const assert = require('node:assert/strict')
const { spawn, spawnSync } = require('node:child_process')
const fs = require('node:fs')
const net = require('node:net')
const path = require('node:path')
const { setTimeout: sleep } = require('node:timers/promises')
const proxyaddr = require('proxy-addr')

const { ROOT, installed, recipesOf } = require('../support/command')
const { needs } = require('../support/skip')
const { makeTemp, remove } = require('../support/temp')
const { Slurm } = require('./slurm')

const LINES = 200_000
const ROWS = 1_000_000
const CHDB = 'chdb@3.4.0'

const HEADERS = ['203.0.113.9', '6.6.6.6, 203.0.113.7', '203.0.113.5, 10.0.0.2', '-', 'unknown', '2001:db8::1', '198.51.100.1:80',
  '10.0.0.9', ', ,', "it's", '%', '#', '{}', '[::1]', '\u00fc']

function line (i) {
  if (i % 997 === 0) return ['', '# a comment', 'not a line', '\t'][i % 4]
  return `10.0.0.${i % 4} - - [x] "GET /${i}?${'x'.repeat(i % 80)}" 200 5 "-" "UA" "${HEADERS[i % HEADERS.length]}"`
}

function has (command) {
  return spawnSync('which', [command]).status === 0
}

/** Shows only the first line that differs. */
function assertSame (actual, expected) {
  if (actual === expected) return
  const [got, wanted] = [actual, expected].map((text) => text.split('\n'))
  const i = wanted.findIndex((text, at) => text !== got[at])
  assert.equal(JSON.stringify(got[i]), JSON.stringify(wanted[i]), `line ${i + 1}`)
  assert.equal(got.length, wanted.length)
}

describe('the output of one run', () => {
  let folder, env, whole
  const lines = Array.from({ length: LINES }, (_, i) => line(i))

  /** Runs a command to its end. */
  function run (command, args, options = {}) {
    const { status, stdout, stderr, error } = spawnSync(command, args,
      { cwd: folder, env, encoding: 'utf8', maxBuffer: 1 << 30, ...options })
    assert.equal(error, undefined)
    assert.equal(status, 0, stderr)
    return stdout
  }

  before(() => {
    folder = makeTemp()
    // Jobs may run as other users.
    fs.chmodSync(folder, 0o755)
    env = installed(path.join(folder, 'bin'))
    fs.writeFileSync(path.join(folder, 'access.log'), lines.join('\n') + '\n')
    whole = run('proxy-addr', ['logs', '--trust', '1', '--format', 'nginx', '--jobs', '1', 'access.log'])
  })

  after(() => remove(folder))

  it('is that of GNU parallel', function () {
    needs(this, has('parallel'), 'GNU parallel is missing: install it')
    for (const recipe of recipesOf('GNU parallel')) assertSame(run('bash', ['-c', recipe]), whole)
  })

  it('is that of four tasks of Slurm on two nodes, one of which is killed and requeued', async function () {
    needs(this, ['slurmctld', 'slurmd', 'munged', 'sbatch'].every(has), 'Slurm is missing: install slurmctld, slurmd, slurm-client and munge')
    const started = path.join(folder, 'started')
    // In its first run, the third task writes two blocks and then hangs, until it is killed.
    const [recipe] = recipesOf('Slurm')
    const script = recipe.replace('\nproxy-addr', `
if [ "$SLURM_ARRAY_TASK_ID$SLURM_RESTART_COUNT" = 3 ]; then
  export NODE_OPTIONS='--require ${path.join(ROOT, 'test', 'support', 'broken.js')}' BROKEN='writing=${started}'
fi
proxy-addr`)
    const slurm = new Slurm(path.join(folder, 'slurm'), env)
    let killed = ''
    try {
      await slurm.start()
      const tasks = await slurm.run(script, folder, () => {
        if (killed !== '' || !fs.existsSync(started)) return
        killed = fs.readFileSync(path.join(folder, 'clients.3'), 'utf8')
        process.kill(Number(fs.readFileSync(started, 'utf8')), 'SIGKILL')
      })
      assert.deepEqual(tasks.map(({ task, state, restarts }) => ({ task, state, restarts })).sort((a, b) => a.task - b.task),
        ['1', '2', '3', '4'].map((task) => ({ task, state: 'COMPLETED', restarts: task === '3' ? 1 : 0 })))
      assert.deepEqual([...new Set(tasks.map(({ node }) => node))].sort(), ['n1', 'n2'])
    } finally {
      await slurm.stop()
    }
    const parts = [1, 2, 3, 4].map((i) => fs.readFileSync(path.join(folder, `clients.${i}`), 'utf8'))
    assertSame(parts.join(''), whole)
    assert.ok(killed.length > 0 && killed.length < parts[2].length && parts[2].startsWith(killed))
  })

  it('is that of ClickHouse, of a million rows', function () {
    const base = path.join(ROOT, 'build', 'chdb')
    fs.mkdirSync(base, { recursive: true })
    fs.writeFileSync(path.join(base, 'package.json'), '{ "private": true }\n')
    run('npm', ['install', '--no-save', '--no-audit', '--no-fund', '--ignore-scripts', CHDB], { cwd: base, env: process.env })

    const [script, ofTable, functions, ofFunction] = recipesOf('ClickHouse')
    const scripts = path.join(folder, 'user_scripts')
    fs.mkdirSync(scripts)
    fs.writeFileSync(path.join(scripts, 'client'), script, { mode: 0o755 })
    fs.writeFileSync(path.join(folder, 'client_function.xml'), functions)
    fs.writeFileSync(path.join(folder, 'config.xml'), `<clickhouse><user_scripts_path>${scripts}/</user_scripts_path>` +
      `<user_defined_executable_functions_config>${folder}/*_function.xml</user_defined_executable_functions_config></clickhouse>`)
    // A tab and a line feed are escaped on the way, and some rows have no header.
    const headers = [...HEADERS.slice(0, 8), 'a\tb', 'a\nb, 10.0.0.1', '\\', '']
    const text = headers.map((header) => `'${header.replace(/[\\']/g, '\\$&')}'`).join(', ')
    const printed = run(process.execPath, ['-e', `
      const { Session } = require(${JSON.stringify(path.join(base, 'node_modules', 'chdb'))})
      const session = new Session(${JSON.stringify(path.join(folder, 'db'))}, { connectionArgs: [${JSON.stringify(`--config-file=${folder}/config.xml`)}] })
      const [fill, ...queries] = JSON.parse(process.argv[1])
      session.query(fill)
      console.log(JSON.stringify(queries.map((query) => session.query(query, 'JSONEachRow'))))
      session.close()`,
    JSON.stringify([`CREATE TABLE requests ENGINE = MergeTree ORDER BY tuple() AS
      SELECT concat('10.0.0.', toString(number % 4)) AS peer, [${text}][number % ${headers.length} + 1] AS xff FROM numbers(${ROWS})`,
    ofTable, ofFunction])])

    const trust = proxyaddr.compile('10.0.0.0/8')
    const expected = {}
    for (let i = 0; i < ROWS; i++) {
      const header = headers[i % headers.length]
      const client = proxyaddr({ headers: { 'x-forwarded-for': header === '-' ? '' : header }, connection: { remoteAddress: `10.0.0.${i % 4}` } }, trust)
      expected[client] = (expected[client] ?? 0) + 1
    }
    for (const rows of JSON.parse(printed)) {
      const found = rows.trim().split('\n').map((row) => JSON.parse(row)).map(({ client, requests }) => [client, Number(requests)])
      assert.deepEqual(Object.fromEntries(found), expected)
    }
  })

  it('is that of rsyslog, message by message', async function () {
    needs(this, has('rsyslogd'), 'rsyslog is missing: install it')
    const out = path.join(folder, 'rsyslog.out')
    const recipe = recipesOf('rsyslog')[0].replace('/usr/local/bin', path.join(folder, 'bin')).replace('/var/log/clients.log', out)
    const [load, template, ...actions] = recipe.trim().split(/\n(?=\w)/)
    const port = await freePort()
    const conf = path.join(folder, 'rsyslog.conf')
    fs.writeFileSync(conf, [`global(workDirectory="${folder}")`, load, template, 'module(load="imptcp")', 'ruleset(name="logs") {', ...actions, '}',
      `input(type="imptcp" address="127.0.0.1" port="${port}" ruleset="logs")`, ''].join('\n'))
    const messages = lines.slice(0, 20_000).filter((text) => !/^\s*$/.test(text) && !text.includes('\u00fc'))
    const daemon = spawn('rsyslogd', ['-n', '-f', conf, '-i', path.join(folder, 'rsyslog.pid')], { env, stdio: 'inherit' })
    const ended = new Promise((resolve) => daemon.on('exit', resolve))
    const written = () => fs.existsSync(out) ? fs.readFileSync(out, 'utf8') : ''
    try {
      const socket = await connect(port)
      // RFC 3164 with a blank after the tag, and RFC 5424.
      socket.end(messages.map((text, i) => i % 2 === 0
        ? `<13>Nov 26 07:00:00 host nginx: ${text}\n`
        : `<13>1 2026-11-26T07:00:00Z host nginx - - - ${text}\n`).join(''))
      while (written().split('\n').length <= messages.length) {
        assert.equal(daemon.exitCode, null, 'rsyslogd ended')
        await sleep(200)
      }
    } finally {
      daemon.kill()
      await ended
    }
    const expected = run('proxy-addr', ['logs', '--trust', '1', '--format', 'nginx'], { input: messages.join('\n') + '\n' })
      .split('\n').map((text) => text.startsWith('# a') ? ` ${text}` : text).join('\n')
    assertSame(written(), expected)
  })

  it('is that of Spark\'s pipe, a process for each partition', async () => {
    const [command, ...args] = Array.from(/Seq\(([^)]*)\)/.exec(recipesOf('Spark')[0])[1].matchAll(/"([^"]*)"/g), ([, text]) => text)
    const size = Math.ceil(lines.length / 3)
    const partitions = [0, 1, 2].map((i) => lines.slice(i * size, (i + 1) * size))
    const tasks = await Promise.all(partitions.map((elements) => piped(command, args, env, elements.map((text) => text + '\n').join(''))))
    for (const { status } of tasks) assert.equal(status, 0)
    assertSame(tasks.map(({ stdout }) => stdout).join(''), whole)
    // A task fails if its process fails.
    assert.notEqual((await piped(command, [...args, '--part', '1/2'], env, '')).status, 0)
  })

  it('is that of a streaming job of Hadoop, in keys, values and counters', async () => {
    const [, mapper] = /-mapper '([^']*)'/.exec(recipesOf('Hadoop streaming')[0])
    const rows = lines.map((text, i) => i % 997 === 0 ? text : `10.0.0.${i % 4}\t/${i}\t${HEADERS[i % HEADERS.length]}`)
    const file = path.join(folder, 'requests')
    fs.writeFileSync(file, rows.join('\n') + '\n')
    const [command, ...args] = mapper.split(' ')
    const one = run(command, [...args, file])
    const half = rows.length >> 1
    const splits = [rows.slice(0, half), rows.slice(half)]
    const counters = {}
    const output = []
    for (const [i, split] of splits.entries()) {
      // The environment has the settings of the job and of its input split.
      const task = await piped(command, args, { ...env, mapreduce_task_partition: String(i), mapreduce_map_input_file: file, stream_num_map_output_key_fields: '1' },
        split.map((text) => text + '\n').join(''))
      assert.equal(task.status, 0)
      for (const text of task.stderr.trim().split('\n')) {
        const [, group, name, amount] = /^reporter:counter:([^,]*),([^,]*),(\d+)$/.exec(text)
        counters[`${group} ${name}`] = (counters[`${group} ${name}`] ?? 0) + Number(amount)
      }
      for (const text of task.stdout.split('\n').slice(0, -1)) {
        const [, key, value] = /^([^\t]*)\t?([^]*)$/.exec(text)
        output.push({ key, value })
      }
    }
    const shown = one.split('\n').slice(0, -1)
    assert.equal(output.length, rows.length)
    const wrong = output.findIndex(({ key, value }, i) => value !== rows[i] && !rows[i].startsWith('#') ? true : key !== shown[i].split('\t')[0])
    assert.equal(wrong, -1, JSON.stringify([output[wrong], rows[wrong]]))
    const comments = rows.filter((text) => text.startsWith('#')).length
    assert.equal(counters['proxy-addr lines'], rows.length - comments)
    assert.equal(counters['proxy-addr unreadable'], rows.filter((text, i) => i % 997 === 0).length - comments)
    assert.ok(counters['proxy-addr changed'] > rows.length / 2)
  })
})

/** Runs a command without a shell; reads errors and output while it writes the input. */
function piped (command, args, env, input) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { env })
    const read = { stdout: '', stderr: '' }
    for (const name of ['stdout', 'stderr']) {
      child[name].setEncoding('utf8')
      child[name].on('data', (text) => { read[name] += text })
    }
    child.stdin.on('error', () => {})
    child.on('error', reject)
    child.on('close', (status) => resolve({ status, ...read }))
    child.stdin.end(input)
  })
}

/** @returns {Promise<number>} */
function freePort () {
  return new Promise((resolve) => {
    const server = net.createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address()
      server.close(() => resolve(port))
    })
  })
}

/** Connects as soon as somebody listens. @param {number} port @returns {Promise<net.Socket>} */
async function connect (port) {
  for (;;) {
    const socket = net.connect(port, '127.0.0.1')
    const error = await new Promise((resolve) => {
      socket.on('connect', () => resolve(undefined))
      socket.on('error', resolve)
    })
    if (error === undefined) return socket
    await sleep(200)
  }
}
