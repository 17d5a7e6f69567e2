'use strict'

/*
 * Makes millions of comparisons, with several seeds, in several processes.
 *
 *   node test/compare/soak.js --count 10000000 --seeds 1,2,new,new --jobs 2
 *
 * Options: --count (in all) or --seconds, --seeds (separated by commas; "new" draws
 * one), --jobs (processes), --round (the first round, to reproduce a mismatch),
 * --under-test (another implementation: a package or a path), --settings (compares
 * trustProxy() with 'express' or 'express4' instead), --explain (compares the
 * answers of explain() instead), --engine ('native' or 'wasm'), --against (another
 * version of proxy-addr, such as 'latest', which is installed into build/against).
 * Exit code 1 if there was a mismatch.
 */

const { fork, spawnSync } = require('node:child_process')
const fs = require('node:fs')
const { availableParallelism } = require('node:os')
const path = require('node:path')
const { parseArgs } = require('node:util')

const { report } = require('./report')
const { add, newTally, run, summary } = require('./run')
const { integer, seedsOf } = require('./rounds')
const { explainedSettings, explainedSides, implementations, settings } = require('./sides')

const SECONDS_BETWEEN_LINES = 10
const INSTALLED = path.join(__dirname, '..', '..', 'build', 'against')

function options () {
  const { values } = parseArgs({
    options: {
      count: { type: 'string' },
      seconds: { type: 'string', default: '0' },
      seeds: { type: 'string', default: '1,2' },
      jobs: { type: 'string', default: String(availableParallelism()) },
      round: { type: 'string', default: '0' },
      'under-test': { type: 'string' },
      settings: { type: 'string' },
      engine: { type: 'string', default: 'native' },
      explain: { type: 'boolean', default: false },
      against: { type: 'string' }
    }
  })
  const seconds = integer('seconds', values.seconds)
  return {
    count: integer('count', values.count ?? (seconds > 0 ? '1' : '1000000')),
    seconds,
    seeds: seedsOf(values.seeds),
    jobs: integer('jobs', values.jobs),
    firstRound: integer('round', values.round),
    underTest: values['under-test'],
    engine: values.engine,
    express: values.settings,
    explain: values.explain,
    against: values.against
  }
}

/** In the parent: distributes the seeds, adds up, and prints. */
async function main () {
  const { seeds, jobs, count, seconds, against, ...rest } = options()
  if (against) process.env.REFERENCE = install(against)
  console.log(`seeds ${seeds}`)
  const started = Date.now()
  const tallies = new Map(seeds.map((seed) => [seed, newTally()]))
  const total = () => [...tallies.values()].reduce(add, newTally())
  const timer = setInterval(() => console.log('  ' + summary(total(), Date.now() - started)),
    SECONDS_BETWEEN_LINES * 1000)

  const waiting = seeds.slice()
  // Each process plays its share of seeds, one after another.
  const turns = Math.ceil(seeds.length / jobs)
  const job = { ...rest, count: Math.ceil(count / seeds.length), seconds: seconds / turns }
  await Promise.all(Array.from({ length: jobs }, async () => {
    for (let seed = waiting.shift(); seed !== undefined; seed = waiting.shift()) {
      await work({ ...job, seed }, (tally) => tallies.set(seed, tally))
    }
  }))
  clearInterval(timer)
  console.log(summary(total(), Date.now() - started))
  if (total().mismatches > 0) process.exitCode = 1
  if (against) console.log(total().mismatches > 0 ? `proxy-addr ${against} answers differently` : 'no difference')
}

/** @returns {string} the folder of a version of proxy-addr */
function install (version) {
  fs.mkdirSync(INSTALLED, { recursive: true })
  fs.writeFileSync(path.join(INSTALLED, 'package.json'), '{ "private": true }\n')
  const { status } = spawnSync('npm',
    ['install', '--no-save', '--ignore-scripts', '--no-audit', '--no-fund', `proxy-addr@${version}`],
    { cwd: INSTALLED, stdio: ['ignore', 'ignore', 'inherit'], shell: process.platform === 'win32' })
  if (status !== 0) throw new Error(`could not install proxy-addr@${version}: is the npm registry reachable?`)
  const folder = path.join(INSTALLED, 'node_modules', 'proxy-addr')
  const manifest = (place) => require(path.join(place, 'package.json'))
  console.log(`this package equals proxy-addr ${manifest('proxy-addr').version}; compared with ${manifest(folder).version}`)
  return folder
}

/** Plays one seed in a process of its own. */
function work (job, onTally) {
  return new Promise((resolve, reject) => {
    const child = fork(__filename, [], {
      env: { ...process.env, PROXY_ADDR_ENGINE: job.engine, SOAK_JOB: JSON.stringify(job) }
    })
    child.on('message', ({ text, tally }) => {
      if (text) console.log(text)
      onTally(tally)
    })
    child.on('error', reject)
    child.on('exit', (code, signal) => {
      if (code === 0) resolve()
      else reject(new Error(`seed ${job.seed} ended with ${signal ?? 'code ' + code}`))
    })
  })
}

function sidesOf (underTest, express, explain) {
  const own = implementations(underTest)
  if (!explain) return express ? settings(express) : own
  return express ? explainedSettings(settings(express), own.subject) : explainedSides(own)
}

/** In a child: plays one seed. */
async function play ({ seed, count, seconds, firstRound, underTest, express, explain }) {
  const sides = sidesOf(underTest, express, explain)
  const onProgress = (tally) => {
    if (tally.rounds % 10000 === 1) process.send({ tally })
  }
  const { mismatch, ...tally } = await run({ ...sides, seed, count, seconds, firstRound, onProgress })
  process.send({ tally, text: mismatch ? report(mismatch, sides) : undefined })
  process.disconnect()
}

if (process.env.SOAK_JOB === undefined) main()
else play(JSON.parse(process.env.SOAK_JOB))
