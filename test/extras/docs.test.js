'use strict'

const assert = require('node:assert/strict')
const { execSync, spawnSync } = require('node:child_process')
const fs = require('node:fs')
const path = require('node:path')
const fastify = require('@fastify/proxy-addr')
const reference = require('proxy-addr')
const own = require('proxy-addr-native')
const { codes, examples, rowsOf, runExample } = require('../support/script')
const { makeTemp, remove } = require('../support/temp')

const ROOT = path.join(__dirname, '..', '..')

/**
 * Turns an example into a script that checks itself: `a // => b` asserts that a
 * equals b, and `a // throws TypeError: text` that a throws this error.
 */
function script (code) {
  const load = isModule(code)
    ? "import check from 'node:assert/strict'"
    : "const check = require('node:assert/strict')"
  const checked = code
    .replace(/^(.*\S) +\/\/ => (.*)$/gm, ';check.deepEqual($1, $2)')
    .replace(/^(.*\S) +\/\/ throws (\w+): (.*)$/gm, (line, call, name, message) =>
      `;check.throws(() => ${call}, { name: '${name}', message: ${JSON.stringify(message)} })`)

  return `${load}\n${checked}`
}

function isModule (code) {
  return /^import /m.test(code)
}

/** Runs a script in the root of the package, where the package finds itself. */
function run (source, ...flags) {
  const { status, signal, stderr } =
    spawnSync(process.execPath, [...flags, '-e', source], { cwd: ROOT, encoding: 'utf8', timeout: 300_000 })

  assert.deepEqual({ status, signal, stderr }, { status: 0, signal: null, stderr: '' })
}

describe('the examples', function () {
  for (const name of ['docs/api.md', 'docs/lists.md', 'README.md', 'docs/resolver.md']) {
    const file = path.join(ROOT, name)
    const text = fs.existsSync(file) ? fs.readFileSync(file, 'utf8') : ''

    it(`are found in ${name}`, () => assert.notEqual(examples(text).length, 0))

    for (const { code, line } of examples(text)) {
      it(`are true: ${name}, line ${line}`, () => {
        run(script(code), `--input-type=${isModule(code) ? 'module' : 'commonjs'}`)
      })
    }
  }
})

describe('the checks of examples', () => {
  it('find a wrong value', () => {
    assert.throws(() => run(script('1 + 1 // => 3')), /AssertionError/)
  })

  it('find a wrong error, and a missing one', () => {
    assert.throws(() => run(script('null.x // throws TypeError: something else')), /AssertionError/)
    assert.throws(() => run(script('1 // throws TypeError: 1')), /AssertionError/)
  })
})

const GUIDE = path.join(ROOT, 'docs', 'guide.md')
const TEXT = fs.readFileSync(GUIDE, 'utf8')

describe('the guide', function () {
  it('has examples for each hosting and symptom', () => assert.ok(examples(TEXT).length > 15))

  for (const { code, printed, line } of examples(TEXT)) {
    it(`shows what the example at line ${line} prints`, () => {
      assert.deepEqual(runExample(code), { status: 0, stderr: '', printed })
    })
  }
})

/** The anchors of a page's headings, as code hosts derive them. */
function anchors (text) {
  return Array.from(text.matchAll(/^#+ (.*)$/gm), ([, heading]) =>
    heading.toLowerCase().replace(/[^\p{L}\p{N} _-]/gu, '').replaceAll(' ', '-'))
}

/** A page's links and images without a scheme, except those in code. */
function relativeLinks (text) {
  const prose = text.replace(/^```.*?^```$/gms, '').replace(/`[^`]*`/g, '')
  return Array.from(prose.matchAll(/(?:\]\(|\bsrc(?:set)?=")([^)"\s]*)[)"]/g), ([, link]) => link).filter((link) => !/^\w+:/.test(link))
}

/** The links of a packed page to a file or heading that is not packed. */
function deadLinks (page, files) {
  const read = (file) => fs.readFileSync(path.join(ROOT, file), 'utf8')
  return relativeLinks(read(page)).filter((link) => {
    const [target, anchor] = link.split('#')
    const file = target === '' ? page : path.posix.join(path.posix.dirname(page), target)
    return !files.includes(file) || (anchor !== undefined && !anchors(read(file)).includes(anchor))
  })
}

describe('the pages of the packed package', () => {
  // A shell, because it finds npm on Windows, too. No scripts, because no page needs a build.
  const packed = () => JSON.parse(execSync('npm pack --dry-run --json --ignore-scripts', { cwd: ROOT, encoding: 'utf8' }))
  let files

  before(function () {
    files = packed()[0].files.map((file) => file.path)
  })

  it('link only to files and headings that are packed with them', () => {
    const pages = files.filter((file) => file.endsWith('.md'))

    assert.ok(pages.includes('README.md') && pages.includes('docs/guide.md'))
    assert.deepEqual(pages.flatMap((page) => deadLinks(page, files).map((link) => `${page}: ${link}`)), [])
  })

  it('are refused if a link leads to a missing file or heading', () => {
    assert.deepEqual(deadLinks('README.md', ['README.md', 'LICENSE']).includes('LICENSE'), false)
    assert.ok(deadLinks('README.md', ['README.md', 'LICENSE']).includes('CHANGELOG.md'))
    assert.ok(deadLinks('README.md', ['README.md', 'LICENSE']).includes('docs/playground-light.webp'))
    assert.ok(!anchors('# One\n').includes('two'))
  })
})

describe('the commands for a project that had Express before the override', function () {
  this.timeout(60_000)

  const COMMAND = /^node (node_modules\/\S+) (\w+)$/gm

  for (const name of ['README.md', 'docs/cli.md']) {
    const commands = Array.from(fs.readFileSync(path.join(ROOT, name), 'utf8').matchAll(COMMAND), ([, ...words]) => words)

    it(`run there: ${name}`, () => {
      const project = makeTemp()
      const express = path.join(project, 'node_modules', 'express')
      fs.mkdirSync(path.join(express, 'node_modules'), { recursive: true })
      fs.writeFileSync(path.join(express, 'package.json'), '{"name":"express","version":"5.1.0","dependencies":{"proxy-addr":"^2"}}')
      fs.symlinkSync(ROOT, path.join(express, 'node_modules', 'proxy-addr'), 'junction')
      try {
        assert.notEqual(commands.length, 0)
        for (const words of commands) {
          const { status, stdout } = spawnSync(process.execPath, words, { cwd: project, encoding: 'utf8' })

          assert.equal(status, 0)
          assert.match(stdout, /^express 5\.1\.0 runs on proxy-addr-native /)
        }
      } finally {
        remove(project)
      }
    })
  }
})

const PAGE = 'docs/compatibility.md'

function outcome (call) {
  try {
    return String(call())
  } catch (error) {
    return `${error.name}: ${error.message}`
  }
}

/** Returns whether a set contains an address, in the words of the document. */
function verdict ({ compile }, subnet, address) {
  const answer = outcome(() => compile(subnet)(address))

  return { true: 'yes', false: 'no' }[answer] ?? 'error'
}

function request (header) {
  return { headers: { 'x-forwarded-for': header }, socket: { remoteAddress: '10.0.0.1' } }
}

for (const [name, implementation] of [['proxy-addr', reference], ['this package', own]]) {
  const { all, compile } = implementation

  describe(`docs/compatibility.md is true of ${name}:`, () => {
    for (const [form, example, means] of rowsOf(PAGE, '| form | example | means |')) {
      const [text] = codes(example)
      const [address] = codes(means)

      it(`${form}: ${example} is ${means}`, () => {
        if (address === undefined) {
          assert.equal(means, 'no address')
          assert.equal(outcome(() => compile([text])), `TypeError: invalid IP address: ${text}`)
          assert.equal(compile(['0.0.0.0/1', '128.0.0.0/1', '::/1', '8000::/1'])(text), false)
        } else {
          assert.equal(compile(text)(address), true)
          assert.equal(compile(address)(text), true)
        }
      })
    }

    for (const [form, example, holds, lacks] of rowsOf(PAGE, '| form | example | holds | does not hold |')) {
      it(`${form}: ${example} contains ${holds}, not ${lacks}`, () => {
        const trust = compile(codes(example)[0])

        assert.equal(trust(codes(holds)[0]), true)
        assert.equal(trust(codes(lacks)[0]), false)
      })
    }

    for (const [form, example, message] of rowsOf(PAGE, '| form | example | message |')) {
      it(`${form}: ${example} is refused`, () => {
        assert.equal(outcome(() => compile(codes(example)[0])), `TypeError: ${codes(message)[0]}`)
      })
    }

    for (const [address, subnet, trusted] of rowsOf(PAGE, '| address | subnet | trusted |')) {
      it(`${address} in ${subnet}: ${trusted}`, () => {
        assert.equal(verdict(implementation, codes(subnet)[0], codes(address)[0]), trusted)
      })
    }

    const headers =
      "| form | header | `all(req)` after the peer | `proxyaddr(req, '10.0.0.0/8')` |"

    for (const [form, header, entries, client] of rowsOf(PAGE, headers)) {
      it(`${form}: ${header}`, () => {
        const req = request(codes(header)[0])

        assert.deepEqual(all(req), ['10.0.0.1', ...codes(entries)])
        assert.equal(implementation(req, '10.0.0.0/8'), codes(client)[0])
      })
    }
  })
}

describe('docs/compatibility.md is true of @fastify/proxy-addr:', () => {
  for (const [form, subnet, address, here, there] of rowsOf(PAGE, '| form | subnet | address | here | there |')) {
    it(`${form}: ${address} in ${subnet}`, () => {
      const question = [codes(subnet)[0], codes(address)[0]]

      assert.equal(verdict(reference, ...question), here)
      assert.equal(verdict(own, ...question), here)
      assert.equal(verdict(fastify, ...question), there)
      assert.notEqual(here, there)
    })
  }

  for (const [form, header, here, there] of rowsOf(PAGE, '| form | header | `all(req)` here | `all(req)` there |')) {
    it(`${form}: ${header}`, () => {
      const req = request(codes(header)[0])

      assert.deepEqual(reference.all(req), ['10.0.0.1', ...codes(here)])
      assert.deepEqual(own.all(req), ['10.0.0.1', ...codes(here)])
      assert.deepEqual(fastify.all(req), ['10.0.0.1', ...codes(there)])
    })
  }
})
