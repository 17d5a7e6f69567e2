'use strict'

/* Changes C in a copy of the package, builds it, and checks how this affects the engine. */

const assert = require('node:assert/strict')
const fs = require('node:fs')
const path = require('node:path')

const { Copy } = require('../support/temp')
const { needs } = require('../support/skip')

describe('a change in C alone', () => {
  let copy

  beforeEach(() => { copy = new Copy() })

  afterEach(() => copy.remove())

  function build (test) {
    const { status, stderr } = copy.compile()
    needs(test, status === 0 || !stderr.includes('install clang'), 'the WebAssembly engine cannot be built: clang is missing')
    assert.equal(status, 0, stderr)
  }

  it('is refused on loading if a description has an additional field', function () {
    copy.edit('src/core/why/describe.h', 'besides */\n', 'besides */\n  uint32_t more;\n')
    build(this)
    assert.equal(copy.refusal('wasm'),
      '- WebAssembly: a different or outdated build: its DESCRIPTION is 238, expected 237')
  })

  it('is not built if static data leaves too little memory for the heap', function () {
    build(this)
    const map = fs.readFileSync(path.join(copy.directory, 'build', 'module.map'), 'utf8')
    const [, address, size] = /^ *([0-9a-f]+) +[0-9a-f]+ +([0-9a-f]+) [.]bss$/m.exec(map)
    const units = (65536 - parseInt(address, 16) - parseInt(size, 16)) / 2
    copy.edit('src/wasm/module.c', 'short_text[PA_SHORT_UNITS]', `short_text[PA_SHORT_UNITS + ${units}]`)
    assert.match(copy.compile().stderr, /no room for a heap: static data ends 0 bytes before the end of its page/)
    copy.edit('src/wasm/module.c', `+ ${units}]`, `+ ${units - 24}]`)
    assert.equal(copy.compile().status, 0)
    assert.equal(copy.ask('wasm', "(proxyaddr) => proxyaddr.compile('10.0.0.1')('10.0.0.1')"), true)
  })

  it('is enough for a new name, which is then known everywhere', function () {
    copy.edit('src/core/subnet.c', '     4},\n};', '     4},\n    {TEXT("testnet"), {V4(192, 0, 2, 0, 24)}, 1},\n};')
    build(this)
    assert.deepEqual(copy.ask('wasm', `({ compile, explain, lint, fromEnv }) => [
      compile('testnet')('192.0.2.1'),
      compile([Object('::1'), 'testnet'])('192.0.2.1'),
      compile('loopback')('192.0.2.1'),
      explain({ headers: {}, socket: { remoteAddress: '192.0.2.1' } }, ['10.0.0.1', 'testnet']).hops[0].by,
      lint(['tesnet']).map(({ code, instead }) => [code, instead]),
      fromEnv('T', { T: 'testnet' })
    ]`), [
      true, true, false,
      { rule: 'list', entry: 'testnet', index: 1, name: 'testnet', subnet: '192.0.2.0/24' },
      [['misspelt-name', 'testnet']],
      ['testnet']
    ])
  })
})
