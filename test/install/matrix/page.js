'use strict'

/* docs/matrix.md, made of what the matrix found. */

const { BANNER } = require('../support/bundlers')
const { DOORS } = require('./doors')
const { REQUESTS } = require('./project')

const TITLES = { node: 'Node', bun: 'Bun', deno: 'Deno' }

function table (head, rows) {
  const line = (cells) => `| ${cells.join(' | ')} |`
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n')
}

/** One cell for each door. */
function cells (results) {
  return DOORS.map(({ title }) => {
    const result = results.find(({ door }) => door === title)
    return result?.frameworks ? 'yes' : 'no'
  })
}

function frameworks ({ managers, runtimes }) {
  const all = [...managers, ...runtimes].flatMap(({ results }) => results.flatMap((result) => result.frameworks ?? []))
  return [...new Set(all)].map((each) => `- ${each}`).join('\n')
}

/** @returns {string} */
function page (found) {
  const doors = DOORS.map(({ title }) => title)
  return `# Where it was installed and run

Written by \`npm run test:matrix -- --write\`; every run of CI makes it anew, on
Linux x64, and fails if anything but a version of somebody else's has changed.

In each line, an empty project asks for four frameworks, with this package,
packed as for publishing, in the place of \`proxy-addr\` and \`@fastify/proxy-addr\`
by the manager's own means:

${frameworks(found)}

There is no compiler on \`PATH\`. An application on each of them then listens on
a real socket, and has to answer ${REQUESTS.length} requests right, honest and spoofed,
through each door:

- **native**: the binary that is in the package;
- **WebAssembly, forced**: \`PROXY_ADDR_ENGINE=wasm\`;
- **WebAssembly, no binary**: the package's \`prebuilds\` folder is removed.

## Package managers

${table(['manager', 'version', 'command', 'scripts', 'override by', ...doors],
  found.managers.map(({ title, version, command, scripts, override, results }) =>
    [title, version, `\`${command}\``, scripts, override, ...cells(results)]))}

"Scripts on" lets the dependencies' install scripts run where the manager
blocks them unless told otherwise; this package has none. pnpm, yarn and npm 11
run on the Node that runs the matrix, npm 12 on Node 24; Bun and Deno install and
then run the applications themselves.

## Runtimes

The project that npm installed, run by each.

${table(['runtime', 'version', ...doors],
  found.runtimes.map(({ title, version, results }) =>
    [title.replace(/^(\w+)@/, (_, kind) => `${TITLES[kind]} `), version, ...cells(results)]))}

## Bundlers

A small HTTP server, bundled or traced, runs on the Node that runs the matrix, in
a folder with nothing else in it. The door is the one that answered a request.

${table(['bundler', 'version', 'with', 'door'],
  found.bundlers.map(({ title, version, how, door }) => [title, version, how, door]))}

"Node SEA" is a single executable application of Node, with esbuild's bundle in
it. \`require\` knows only what is built in there, so WebAssembly answers, from
within that one file. For the addon, ship it beside the executable and let the
bundle begin with this (esbuild's \`banner.js\`):

\`\`\`js
${BANNER}
\`\`\`

## What was not run here

| what | why |
| --- | --- |
| Bun and Deno on musl | there are no C++ libraries for musl among Debian's packages; the binary itself is opened on musl by \`npm run test:musl\` |
| macOS, and Windows on arm64 | they need machines of their own: the release workflow's |
| the other binaries | on linux-arm64 and win32-x64, emulated, the rules are run instead: \`npm run test:emulated\` |
| yarn 1 | it gets security fixes only; it has \`resolutions\` too |
`
}

/** What must stay the same when others release something. */
function withoutVersions (text) {
  return text.replace(/\d+\.\d+\.\d+/g, 'x')
}

module.exports = { page, withoutVersions }
