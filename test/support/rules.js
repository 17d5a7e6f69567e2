'use strict'

/* What tests of the rules share: a request, and checks of addresses and errors. */

const assert = require('node:assert/strict')
const { compile } = require('./implementation')

/** Together, these four subnets contain every address. */
const EVERYTHING = ['0.0.0.0/1', '128.0.0.0/1', '::/1', '8000::/1']

const trustEverything = compile(EVERYTHING)

/** A request from `peer`, with an X-Forwarded-For header if one is given. */
function request (peer, header) {
  return {
    headers: header === undefined ? {} : { 'x-forwarded-for': header },
    socket: { remoteAddress: peer }
  }
}

/** Checks that `call` throws a plain TypeError with this message and no properties. */
function throwsTypeError (call, message) {
  assert.throws(call, (error) => {
    assert.equal(error.message, message)
    assert.equal(Object.getPrototypeOf(error), TypeError.prototype)
    assert.deepEqual(Object.keys(error), [])
    assert.equal('code' in error, false)
    return true
  })
}

/** Checks that `text` denotes `address`, in a trust list and as a candidate. */
function denotes (text, address) {
  assert.equal(compile(address)(text), true, 'as a candidate')
  assert.equal(compile([text])(address), true, 'in a trust list')
  assert.equal(compile([text, text])(address), true, 'twice in a trust list')
}

/** Checks that `text` denotes no address: untrusted as a candidate, refused in a list. */
function denotesNothing (text) {
  assert.equal(trustEverything(text), false, 'as a candidate')
  throwsTypeError(() => compile(text), `invalid IP address: ${text}`)
  throwsTypeError(() => compile([text]), `invalid IP address: ${text}`)
  throwsTypeError(() => compile(`${text}/8`), `invalid IP address: ${text}`)
}

/** A name for a test: the text as written, shortened if it is long. */
function show (text) {
  const shown = JSON.stringify(text)

  return shown.length <= 60
    ? shown
    : `${shown.slice(0, 20)}…${shown.slice(-20)} (${text.length} long)`
}

module.exports = {
  EVERYTHING,
  denotes,
  denotesNothing,
  request,
  show,
  throwsTypeError,
  trustEverything
}
