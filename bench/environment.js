'use strict'

/* What is measured, on what; and that it is what it says it is. */

const os = require('node:os')
const proxyaddr = require('..')

/** The candidates from elsewhere, and the major versions they are known by. */
const PACKAGES = {
  'proxy-addr': '2',
  '@fastify/proxy-addr': '5',
  'ipaddr.js': '2',
  'ip-matching': '2',
  netparser: '1'
}

/** @throws if the figures would be those of something else */
function versions () {
  if (proxyaddr.engine !== 'native') {
    throw new Error(`the engine is "${proxyaddr.engine}", not "native"`)
  }
  const found = { 'proxy-addr-native': require('../package.json').version }
  for (const [name, major] of Object.entries(PACKAGES)) {
    const { version } = require(`${name}/package.json`)
    if (version.split('.')[0] !== major) {
      throw new Error(`${name} is ${version}, which is not version ${major}`)
    }
    found[name] = version
  }
  if (require('proxy-addr') === proxyaddr) {
    throw new Error('proxy-addr is replaced by proxy-addr-native here')
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

/** The same as lines of text. */
function describe ({ machine, node, versions, date }) {
  const packages = Object.entries(versions)
    .map(([name, version]) => `${name} ${version}`).join(', ')
  return `${machine}, Node ${node}, ${date}\n${packages}\n` +
    'medians of rounds in turns; (n ×): times the first'
}

module.exports = { environment, describe }
