'use strict'

/*
 * doctor: what decides on client addresses in a project. It asks for packages
 * from where Express and Fastify do, because each can get one of its own.
 */

const fs = require('node:fs')
const path = require('node:path')
const { find } = require('./installed')
const { Refusal, whyNot } = require('./refusal')
const { howToGoBack, howToSwitch, managerOf } = require('./switching')
const { quoted } = require('./text')

const OWN_NAME = 'proxy-addr-native'

const help = `
Say what Express and Fastify run on in a project: which package decides on the
addresses of clients, from where, in which version and with which engine, how to
switch to this one, and how to go back. The packages found are loaded.

  proxy-addr-native doctor [--json] [<directory>]

Options
  {common}

Examples
  proxy-addr-native doctor
  proxy-addr-native doctor --json ../another-project

Exit code 0: all that was found can be loaded. 1: something cannot.`

/** Who asks for which package, '' being the project itself. */
const USES = [
  ['express', 'proxy-addr'],
  ['fastify', '@fastify/proxy-addr'],
  ['', 'proxy-addr'],
  ['', OWN_NAME]
]

/**
 * @typedef {object} Use
 * @property {string} by express, fastify, or '' for the project
 * @property {string} [byVersion]
 * @property {string} asks the name of the package asked for
 * @property {string} name that of the package it gets
 * @property {string} version
 * @property {string} folder
 * @property {string} [engine]
 * @property {string} [error] why it cannot be loaded
 */

/**
 * What a package runs on: only this one has engines to choose from.
 *
 * @param {import('./installed').Installed} installed
 * @returns {{ engine: string } | { error: string }}
 */
function load ({ file }) {
  try {
    return { engine: require(file).engine ?? 'JavaScript' }
  } catch (/** @type {any} */ error) {
    return { error: String(error.message).split('\n')[0] }
  }
}

/**
 * @param {string} root of the project
 * @param {string} by
 * @param {string} asks
 * @returns {Use[]} one at most
 */
function useOf (root, by, asks) {
  const project = path.join(root, 'index.js')
  const user = by === '' ? undefined : find(project, by)
  if (by !== '' && user === undefined) return []
  const found = find(user === undefined ? project : user.file, asks)
  if (found === undefined) return []
  const { name, version, folder } = found
  return [{
    by, ...user && { byVersion: user.version }, asks, name, version, folder, ...load(found)
  }]
}

/**
 * @param {string} directory as given
 */
function realDirectory (directory) {
  try {
    const root = fs.realpathSync(directory)
    if (fs.statSync(root).isDirectory()) return root
  } catch (error) {
    throw new Refusal(`cannot read ${quoted(directory)}: ${whyNot(error)}; doctor wants the folder of a project`)
  }
  throw new Refusal(`${quoted(directory)} is no directory: doctor wants the folder of a project`)
}

/**
 * @param {string} root
 * @param {Use[]} uses
 */
function advise (root, uses) {
  const express = uses.find(({ by }) => by === 'express')
  const fastify = uses.find(({ by }) => by === 'fastify')
  const manager = managerOf(root)
  return {
    manager,
    ...express && express.name !== OWN_NAME && { express: howToSwitch(root, manager) },
    ...express && express.name === OWN_NAME && {
      back: howToGoBack(root, manager, String(express.byVersion))
    },
    ...fastify && fastify.name !== OWN_NAME && {
      fastify: [`${manager} ${manager === 'npm' ? 'install' : 'add'} ${OWN_NAME}`,
        `in your code: fastify({ trustProxy: require('${OWN_NAME}').trustProxy(setting) })`]
    }
  }
}

/**
 * @param {string} root
 * @param {Use} use
 * @param {import('./output').Output} output
 */
function printUse (root, use, output) {
  const { by, byVersion, asks, name, version, folder, engine, error } = use
  const who = by === '' ? `require('${asks}') in the project gets` : `${by} ${byVersion} runs on`
  const style = error !== undefined ? 'bad' : name === OWN_NAME ? 'good' : 'strong'
  const state = error === undefined ? `engine: ${engine}` : `it cannot be loaded: ${error}`
  output.print(`${who} ${output.paint(style, `${name} ${version}`)}`)
  output.print(`  from    ${path.relative(root, folder) || '.'}`)
  output.print(`  ${error === undefined ? state.replace(': ', '  ') : output.paint(style, state)}`)
}

/**
 * @param {string} title
 * @param {string[] | undefined} steps
 * @param {import('./output').Output} output
 */
function printSteps (title, steps, output) {
  if (steps === undefined) return
  output.print(`\n${title}`)
  for (const step of steps) output.print(`  ${step}`)
}

/**
 * @param {import('./arguments').Arguments} args
 * @param {import('./output').Output} output
 */
function run ({ values, positionals }, output) {
  if (positionals.length > 1) {
    throw new Refusal(`what is ${quoted(positionals[1])}? doctor takes one directory`)
  }
  const root = realDirectory(positionals[0] ?? '.')
  const uses = USES.flatMap(([by, asks]) => useOf(root, by, asks))
  const advice = advise(root, uses)
  if (values.json) {
    output.printJson({ directory: root, uses, advice })
  } else {
    if (uses.length === 0) output.print('Neither Express nor Fastify is installed here, nor proxy-addr')
    for (const use of uses) printUse(root, use, output)
    printSteps('To put Express on this package', advice.express, output)
    printSteps('To go back to proxy-addr', advice.back, output)
    printSteps("To give Fastify this package's trust function", advice.fastify, output)
  }
  return uses.some(({ error }) => error !== undefined) ? 1 : 0
}

module.exports = { options: {}, help, run }
