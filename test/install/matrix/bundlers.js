'use strict'

/* The bundlers, in the ways that the integration tests try as well. */

const fs = require('node:fs')
const path = require('node:path')

const { WAYS, answerOf, createProject, versionOf } = require('../support/bundlers')

const CLIENT = '192.0.2.1'
const DOORS = { native: 'native', wasm: 'WebAssembly' }

function judge (way, { ip, engine }) {
  if (ip !== CLIENT) throw new Error(`the client is said to be ${ip}`)
  if (engine !== way.engine) throw new Error(`it runs on the ${engine} engine`)
  return DOORS[engine]
}

async function tryWay (way, project, out) {
  const row = { title: way.tool, how: way.how, version: versionOf(way, project) }
  fs.mkdirSync(out)
  try {
    const door = judge(way, await answerOf(way, project, out))
    return { ...row, door, results: [{ door }] }
  } catch (error) {
    return { ...row, door: 'no', results: [{ door: way.how, error: error.message }] }
  } finally {
    fs.rmSync(out, { recursive: true })
  }
}

/**
 * Bundles an application in each way whose title has `only` in it, and asks it.
 *
 * @returns {Promise<object[]>} a row for each
 */
async function throughBundlers (place, tarball, only) {
  const ways = WAYS.filter(({ tool, possible }) => possible !== false && tool.includes(only))
  if (ways.length === 0) return []
  const project = path.join(place, 'bundled')
  fs.mkdirSync(project)
  await createProject(project, tarball)
  const rows = []
  for (const way of ways) rows.push(await tryWay(way, project, path.join(place, 'bundle')))
  return rows
}

module.exports = { throughBundlers }
