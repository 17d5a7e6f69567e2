'use strict'

/* The machine and the versions that figures are from. */

const os = require('node:os')
const proxyaddr = require('..')

/** The other candidates, and the major versions that this benchmark is for. */
const PACKAGES = {
  'proxy-addr': '2',
  '@fastify/proxy-addr': '5',
  'ipaddr.js': '2',
  'ip-matching': '2',
  netparser: '1'
}

/** @throws if a candidate is not what its name says */
function versions () {
  if (proxyaddr.engine !== 'native') {
    throw new Error(`the engine is "${proxyaddr.engine}", not "native": run npm run build`)
  }
  const found = { 'proxy-addr-native': require('../package.json').version }
  for (const [name, major] of Object.entries(PACKAGES)) {
    const { version } = require(`${name}/package.json`)
    if (version.split('.')[0] !== major) {
      throw new Error(`${name} ${version} is installed instead of ${major}: run npm ci`)
    }
    found[name] = version
  }
  if (require('proxy-addr') === proxyaddr) {
    throw new Error('proxy-addr is replaced by proxy-addr-native: run npm ci')
  }
  return found
}

function environment () {
  const cpus = os.cpus()
  return {
    machine: `${cpus[0].model.trim()}, ${cpus.length} cores, ` +
      `${os.platform()} ${os.arch()}`,
    node: process.versions.node,
    versions: versions(),
    date: new Date().toISOString().slice(0, 10)
  }
}

/** Returns the environment as lines of text. */
function describe ({ machine, node, versions, date }) {
  const packages = Object.entries(versions)
    .map(([name, version]) => `${name} ${version}`).join(', ')
  return `${machine}, Node ${node}, ${date}\n${packages}\n` +
    'medians of rounds in turns; (n ×): relative to the first column'
}

module.exports = { environment, describe }
