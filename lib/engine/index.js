'use strict'

/**
 * Loads the core, by the native door or the one of WebAssembly. This is the whole
 * interface of both:
 *
 * `compile(text, lengths)` compiles a trust list. It crosses as the text of
 * all entries, one after another, and a Uint32Array of their lengths in UTF-16
 * units; with `lengths` undefined, `text` is the only entry. Returns
 *
 * - a function, the compiled set. Called with one argument, an address, it
 *   tells whether that is trusted, or throws undefined (not an error) for what
 *   it could not read. Called with two, a peer and the text of
 *   X-Forwarded-For, it says where in that text the client stands; with a
 *   third, whatever it is, the same behind a peer that is known to be trusted,
 *   which is not read then;
 * - a number, if an entry is wrong: the entry's place in the list × 4 + one of
 *   `errors`;
 * - undefined, if memory ran out.
 *
 * `resolveOnce(text, lengths, peer, header)` does the same as
 * `compile(text, lengths)(peer, header)` without leaving anything behind. Null:
 * the list has an error, which compile() tells. Undefined: no memory.
 *
 * Where the client stands is one number: 0 for the peer, which is not trusted
 * or has no entry before it; otherwise the entry's offset × 512 + its length,
 * where a length of 511 means 511 or more.
 * That number is -1 minus itself if the walk came to the left end of the text:
 * had more text been to the left, the answer might be another one. So it is 0
 * only where the peer is not trusted.
 *
 * The others are for explanations, and facts.js makes objects of what they say:
 *
 * `describeAddress(text, facts)` and `describeEntry(text, facts)` write what
 * there is to know about an address, or an entry of a trust list, into `facts`,
 * a Uint32Array of at least `FACTS` elements: a pa_description as
 * src/core/why/describe.h lays it out. They return the fault, one of pa_fault in
 * src/core/why/diagnose.h; 0 if there is none.
 *
 * `findEntry(text, lengths, address)` returns which entry of a list, passed as
 * to compile(), is the first that an address matches: the entry's place in the
 * list × 4 + the place among that entry's subnets; -1 if there is none, or if
 * the address is none. Entries that are wrong are passed over.
 *
 * All arguments must be strings, apart from `lengths` and `facts`; what cannot
 * be read as one is answered by undefined. Nothing else is thrown, unless
 * WebAssembly meets the end of JavaScript's stack, or traps.
 */

const load = require('./load')

/** What can be wrong with an entry. */
const errors = Object.freeze({ ADDRESS: 1, RANGE: 2 })

/** How many numbers a description has. */
const FACTS = 237

/** How many values the length has in the number that says where a client is. */
const LENGTH_VALUES = 512

const { name, door } = load()
const { compile, resolveOnce, describeAddress, describeEntry, findEntry } = door

/** What to throw where undefined was the answer. */
function outOfMemory () {
  return new RangeError('out of memory')
}

module.exports = {
  name,
  compile,
  resolveOnce,
  describeAddress,
  describeEntry,
  findEntry,
  errors,
  outOfMemory,
  FACTS,
  LENGTH_VALUES
}
