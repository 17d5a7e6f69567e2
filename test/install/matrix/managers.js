'use strict'

/*
 * The package managers: where each comes from, the setting that replaces
 * proxy-addr, and the command, with install scripts on and off.
 */

const { RUNTIMES } = require('../versions')
const { name, version } = require('../../../package.json')

const OWN = `npm:${name}@^${version}`
const OVERRIDES = { 'proxy-addr': OWN, '@fastify/proxy-addr': OWN }

const runtime = (wanted) => RUNTIMES.find((one) => one.name === wanted)
const tool = (wanted, binary) =>
  ({ name: wanted.replace('/', '-'), package: wanted, binary, args: [] })

const NPM = { fields: { overrides: OVERRIDES }, override: '`overrides`' }
const QUIET = ['--no-audit', '--no-fund', '--loglevel=error']
const npm = (line, node, off, on) => {
  const common = { ...NPM, title: `npm ${line}`, tool: tool(`npm@${line}`, 'bin/npm-cli.js'), on: node }
  return [
    { ...common, command: 'install', scripts: 'on', run: [['install', ...QUIET, ...on]] },
    { ...common, command: 'install', scripts: 'off', run: [['install', ...QUIET, ...off]] },
    // It needs the lock file that the first command writes, and starts anew.
    { ...common, command: 'ci', scripts: 'on', run: [['install', ...QUIET, '--package-lock-only'], ['ci', ...QUIET, ...on]] },
    { ...common, command: 'ci', scripts: 'off', run: [['install', ...QUIET, '--package-lock-only'], ['ci', ...QUIET, ...off]] }
  ]
}

const pnpm = (scripts) => ({
  title: 'pnpm 10',
  tool: tool('pnpm@10', 'bin/pnpm.cjs'),
  command: 'install',
  scripts,
  override: '`pnpm.overrides`',
  fields: { pnpm: { overrides: OVERRIDES, dangerouslyAllowAllBuilds: scripts === 'on' } },
  run: [['install', ...scripts === 'on' ? [] : ['--ignore-scripts']]]
})

const yarn = (linker, scripts) => ({
  title: `yarn 4, ${linker === 'pnp' ? 'PnP' : linker}`,
  tool: tool('@yarnpkg/cli-dist@4', 'bin/yarn.js'),
  command: 'install',
  scripts,
  override: '`resolutions`',
  fields: { resolutions: OVERRIDES },
  files: {
    // An empty lock file makes the folder a project of its own.
    'yarn.lock': '',
    '.yarnrc.yml': `nodeLinker: ${linker}\nenableScripts: ${scripts === 'on'}\nenableTelemetry: false\n`
  },
  run: [['install']],
  start: linker === 'pnp' ? ['-r', './.pnp.cjs'] : []
})

const bun = (scripts) => ({
  title: 'Bun 1',
  tool: runtime('bun@1'),
  self: true,
  command: 'install',
  scripts,
  override: '`overrides`',
  fields: { overrides: OVERRIDES, ...scripts === 'on' && { trustedDependencies: [name, 'proxy-addr', '@fastify/proxy-addr'] } },
  run: [['install', ...scripts === 'on' ? [] : ['--ignore-scripts']]]
})

const deno = (scripts) => ({
  title: 'Deno 2',
  tool: { ...runtime('deno@2'), args: [] },
  self: true,
  command: 'install',
  scripts,
  override: '`overrides`',
  fields: { overrides: OVERRIDES },
  files: { 'deno.json': '{ "nodeModulesDir": "auto" }\n' },
  run: [['install', ...scripts === 'on' ? ['--allow-scripts'] : []]],
  start: ['run', '-A']
})

/**
 * One for each line of the table. `tool` is the manager. It runs on the Node that
 * `on` names, or on the one that runs this; with `self` it is itself a runtime.
 */
const MANAGERS = [
  ...npm(11, undefined, ['--ignore-scripts'], []),
  ...npm(12, 'node@24', ['--ignore-scripts'], ['--dangerously-allow-all-scripts']),
  pnpm('on'), pnpm('off'),
  yarn('node-modules', 'on'), yarn('node-modules', 'off'),
  yarn('pnp', 'on'), yarn('pnp', 'off'),
  bun('on'), bun('off'),
  deno('on'), deno('off')
]

module.exports = { MANAGERS }
