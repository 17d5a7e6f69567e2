'use strict'

/**
 * Loads an engine, native or WebAssembly: the core, made callable. This is the
 * whole interface of both:
 *
 * `compile(text, lengths)` compiles a trust list. The list crosses as the text
 * of all entries, one after another, and a Uint32Array of their lengths in
 * UTF-16 units; with `lengths` undefined, `text` is the only entry. Returns
 *
 * - a number above 0, the handle of the compiled set. It is valid until it is
 *   released;
 * - a number below 0, if an entry is invalid: minus the entry's place in the
 *   list × ERROR_VALUES + ERROR_ADDRESS or ERROR_RANGE;
 * - undefined, if memory ran out.
 *
 * `asked` is a Uint32Array of one number: the handle of the set that the next
 * three functions query. The caller writes it before each call, which is faster
 * than passing it. If it is not a handle, the native engine answers as it does for
 * a value that it cannot read.
 *
 * `isTrusted(address)` returns whether an address is trusted, or throws undefined
 * (not an error) if it could not read it.
 *
 * `walk(header)` returns where in the text of X-Forwarded-For the client is, given
 * that the peer is trusted. `resolve(peer, header)` returns the same for any peer.
 *
 * `release(set)` frees a set.
 *
 * `resolveOnce(text, lengths, peer, header)` returns what resolve() would with
 * the set of that list, and keeps no set. Null: an entry is invalid, and
 * compile() returns which. Undefined: out of memory.
 *
 * The place of the client is one number: 0 for the peer, if it is not trusted or
 * the text has no entries; otherwise the entry's offset × LENGTH_VALUES + its
 * length, where the highest length also stands for any longer one. The number
 * is -1 minus itself if the walk reached the left end of the text: with more
 * text to the left, the answer might be different. So it is 0 only if the peer
 * is not trusted.
 *
 * The other functions are for explanations; lib/why/facts.js turns what they
 * write into objects. `numbers` is a Uint32Array:
 *
 * `describeAddress(text, numbers)` and `describeEntry(text, numbers)` write a
 * pa_description (src/core/why/describe.h) of an address or an entry of a trust
 * list, and return its fault, a pa_fault (src/core/why/diagnose.h); 0 for none.
 *
 * `describeChain(text, lengths, chain, chainLengths, numbers)` writes a pa_hop
 * (src/core/why/describe.h) for each address of a chain, which crosses as a list
 * does: what the address is, and which entry of the trust list it matches
 * first. An invalid entry is passed over. Returns true.
 *
 * `names(numbers)` writes the named subnets as text, as far as there is room,
 * and returns its length: pa_names_write() in src/core/proxy_addr.h.
 *
 * `layout(numbers)` writes as many of the numbers that layout.js lists as there
 * is room for; they are compared when an engine is loaded.
 *
 * `addon` is everything that the native engine exports; lib/resolver/engine.js
 * describes the rest of it. With WebAssembly, the resolver has its own module.
 *
 * For an argument of the wrong type, or an array that is too short, a function
 * returns undefined. Nothing else is thrown, unless WebAssembly overflows
 * JavaScript's stack, or traps.
 */

const load = require('./load')

const { name, engine } = load()
const {
  compile, release, asked, isTrusted, walk, resolve, resolveOnce, describeAddress, describeEntry, describeChain
} = engine

/** The error to throw if an engine answered undefined. */
function outOfMemory () {
  return new RangeError('out of memory')
}

/**
 * The error to throw for an answer that is not documented above.
 *
 * @param {unknown} answer
 */
function unusable (answer) {
  return answer === undefined
    ? outOfMemory()
    : new Error(`the engine answered ${String(answer)}: reinstall proxy-addr-native`)
}

function namesText () {
  const length = engine.names(new Uint32Array(0))
  const numbers = new Uint32Array(length ?? 0)
  if (engine.names(numbers) === undefined) throw outOfMemory()
  return String.fromCharCode(...numbers)
}

/**
 * The named subnets, by name. The core has the only table of them.
 *
 * @returns {Record<string, string[]>}
 */
function names () {
  return Object.fromEntries(namesText().trimEnd().split('\n')
    .map((line) => line.split(' '))
    .map(([name, ...subnets]) => [name, subnets]))
}

module.exports = {
  name,
  compile,
  release,
  asked,
  isTrusted,
  walk,
  resolve,
  resolveOnce,
  describeAddress,
  describeEntry,
  describeChain,
  names,
  addon: name === 'native' ? engine : undefined,
  outOfMemory,
  unusable
}
