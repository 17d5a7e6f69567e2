'use strict'

/*
 * The doors to the core, and how an installed package is brought to take each:
 * by itself, by PROXY_ADDR_ENGINE, and by the loss of its binaries.
 */

const fs = require('node:fs/promises')
const path = require('node:path')

const { name, version } = require('../../../package.json')
const { ask } = require('./project')

const DOORS = [
  { title: 'native', engine: 'native', env: {} },
  { title: 'WebAssembly, forced', engine: 'wasm', env: { PROXY_ADDR_ENGINE: 'wasm' } },
  { title: 'WebAssembly, no binary', engine: 'wasm', env: {}, remove: true }
]

/** The folders of binaries of what the applications run on, put elsewhere. */
async function setAside (servers) {
  const folders = new Set(servers.map(({ proxyAddr }) => path.join(path.dirname(proxyAddr.manifest), 'prebuilds')))
  for (const folder of folders) await fs.rename(folder, `${folder}-aside`)
  return async () => {
    for (const folder of folders) await fs.rename(`${folder}-aside`, folder)
  }
}

function judge (servers, engine) {
  for (const { framework, proxyAddr, wrong } of servers) {
    if (proxyAddr.name !== name || proxyAddr.version !== version) {
      throw new Error(`${framework} runs on ${proxyAddr.name} ${proxyAddr.version}`)
    }
    if (proxyAddr.engine !== engine) throw new Error(`${framework} runs on the ${proxyAddr.engine} engine`)
    if (wrong.length > 0) throw new Error(`${framework} answers wrong\n${wrong.join('\n')}`)
  }
  return servers.map(({ framework }) => framework)
}

/**
 * Asks the application of a project behind each door.
 *
 * @returns {Promise<{ door: string, frameworks?: string[], error?: string }[]>}
 */
async function throughDoors (folder, command, env) {
  const results = []
  let servers
  for (const { title, engine, env: more, remove } of DOORS) {
    let putBack
    try {
      if (remove) {
        if (!servers) throw new Error('not tried, because no application has said where its binary is')
        putBack = await setAside(servers)
      }
      servers = await ask(folder, command, { ...env, ...more })
      results.push({ door: title, frameworks: judge(servers, engine) })
    } catch (error) {
      results.push({ door: title, error: error.message })
    }
    await putBack?.()
  }
  return results
}

module.exports = { DOORS, throughDoors }
