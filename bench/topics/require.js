'use strict'

/* The time that require() takes in a new process, with warm file caches. */

const { execFileSync } = require('node:child_process')
const path = require('node:path')
const { NATIVE, REFERENCE, WASM } = require('../candidates')
const { summary } = require('../harness')

const ROUNDS = 31
const OURS = path.join(__dirname, '..', '..')

const PACKAGES = {
  [NATIVE]: [OURS, 'native'],
  [WASM]: [OURS, 'wasm'],
  [REFERENCE]: [require.resolve('proxy-addr'), ''],
  '@fastify/proxy-addr': [require.resolve('@fastify/proxy-addr'), '']
}

function time ([file, engine]) {
  const script = `
    const begin = process.hrtime.bigint()
    require(${JSON.stringify(file)})
    console.log(Number(process.hrtime.bigint() - begin))`
  return Number(execFileSync(process.execPath, ['-e', script], {
    env: { ...process.env, PROXY_ADDR_ENGINE: engine }, encoding: 'utf8'
  }))
}

async function measure () {
  const rounds = Array.from({ length: ROUNDS }, () =>
    Object.fromEntries(Object.entries(PACKAGES).map(([name, how]) => [name, time(how)])))
  const of = (name) => rounds.map((round) => round[name])
  return Object.fromEntries(Object.keys(PACKAGES).map((name) =>
    [name, summary(of(name), of(NATIVE))]))
}

const rows = { 'require() in a new process': {} }

module.exports = {
  title: 'Loading the package',
  unit: 'ns',
  candidates: Object.keys(PACKAGES),
  rows,
  main: Object.keys(rows),
  measure
}
