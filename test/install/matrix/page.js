'use strict'

/* Writes docs/matrix.md from the results of the matrix. */

const { BANNER } = require('../support/bundlers')
const { ENGINES, REQUESTS } = require('./project')

const TITLES = { node: 'Node', bun: 'Bun', deno: 'Deno' }

function table (head, rows) {
  const line = (cells) => `| ${cells.join(' | ')} |`
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n')
}

/** One cell for each engine, and each way to select it. */
function cells (results) {
  return ENGINES.map(({ title }) => {
    const result = results.find(({ engine }) => engine === title)
    return result?.frameworks ? 'yes' : 'no'
  })
}

function frameworks ({ managers, runtimes }) {
  const all = [...managers, ...runtimes].flatMap(({ results }) => results.flatMap((result) => result.frameworks ?? []))
  return [...new Set(all)].map((each) => `- ${each}`).join('\n')
}

/** @returns {string} */
function page (found) {
  const engines = ENGINES.map(({ title }) => title)
  return `# Where it was installed and run

| your question | answer |
| --- | --- |
| Does my package manager install it, with install scripts off? | [package managers](#package-managers) |
| Does it run on my Node, on Bun, on Deno? | [runtimes](#runtimes) |
| Which setting does my bundler need? | [bundlers](#bundlers) |
| What was not tried? | [what was not run](#what-was-not-run) |

\`node test/install/matrix/index.js --write\` writes this page. The weekly run makes it anew, on
Linux x64, and fails if anything changes except the version of another project.

In each line, an empty project asks for four frameworks, with this package,
packed as for publishing, in the place of \`proxy-addr\` and \`@fastify/proxy-addr\`
by the manager's own means:

${frameworks(found)}

There is no compiler on \`PATH\`. An application on each of them then listens on
a real socket, and has to answer ${REQUESTS.length} requests right, honest and spoofed,
on each engine:

- **native**: the binary that is in the package;
- **WebAssembly, forced**: \`PROXY_ADDR_ENGINE=wasm\`;
- **WebAssembly, no binary**: the package's \`prebuilds\` folder is removed.

## Package managers

${table(['manager', 'version', 'command', 'scripts', 'override by', ...engines],
  found.managers.map(({ title, version, command, scripts, override, results }) =>
    [title, version, `\`${command}\``, scripts, override, ...cells(results)]))}

"Scripts on" lets the dependencies' install scripts run where the manager
blocks them by default; this package has none. pnpm, yarn and npm 11
run on the Node that runs the matrix, npm 12 on Node 24; Bun and Deno install and
then run the applications themselves.

## Runtimes

Each runs the project that npm installed.

${table(['runtime', 'version', ...engines],
  found.runtimes.map(({ title, version, results }) =>
    [title.replace(/^(\w+)@/, (_, kind) => `${TITLES[kind]} `), version, ...cells(results)]))}

## Bundlers

A small HTTP server, bundled or traced, runs on the Node that runs the matrix, in
a folder with nothing else in it. The engine is the one that answered a request.

${table(['bundler', 'version', 'with', 'engine'],
  found.bundlers.map(({ title, version, how, ranOn }) => [title, version, how, ranOn]))}

"Node SEA" is a single executable application of Node, with esbuild's bundle in
it. \`require\` finds only built-in modules there, so WebAssembly answers, from within
that one file. To use the addon, ship it beside the executable and let the bundle
begin with this (esbuild's \`banner.js\`):

\`\`\`js
${BANNER}
\`\`\`

## What was not run

| what | why |
| --- | --- |
| Bun and Deno on musl | Debian has no C++ libraries for musl; \`node test/native/musl/run.js\` opens the binary itself on musl |
| macOS, and Windows on arm64 | they need machines of their own, which the release workflow has |
| the other binaries | emulated linux-arm64 and win32-x64 run the rules instead: \`npm run verify -- emulated\` |
| yarn 1 | it gets security fixes only; it reads \`resolutions\` too |
`
}

/** The page without what changes when other projects release a version. */
function withoutVersions (text) {
  return text.replace(/\d+\.\d+\.\d+/g, 'x')
}

module.exports = { page, withoutVersions }
