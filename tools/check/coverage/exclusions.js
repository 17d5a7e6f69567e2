'use strict'

/*
 * What no test can reach. Each is found by its file, its function and the text
 * of its line, and stands for `count` lines or branches there.
 */
module.exports = [
  {
    file: 'src/core/ipv6.c',
    name: 'parse_with_tail',
    source: "while (prefix > 0 && text[prefix - 1] != ':')",
    what: 'branch',
    count: 1,
    reason: 'the text has a colon, or it would not have come here, so the loop ' +
      'never runs to its start; the condition keeps it inside the text all the same'
  },
  {
    file: 'src/core/trust_set.c',
    name: 'reserve',
    source: 'if (wanted > UINT32_MAX / 2 || wanted > SIZE_MAX / element) return NULL;',
    what: 'branch',
    count: 2,
    reason: 'two thousand million ranges take 16 GB or more; and where a size has ' +
      '64 bits, the second condition is never true behind the first'
  },
  ...['ask', 'walkBehind', 'callWith'].map((name) => ({
    file: 'lib/engine/wasm.js',
    name,
    source: '} finally {',
    what: 'branch',
    count: 1,
    reason: 'what V8 counts here is what follows a catch that always throws'
  })),
  {
    file: 'lib/index.js',
    name: 'walk',
    source: '}',
    what: 'branch',
    count: 1,
    reason: 'what V8 counts here is the end of a loop that is left by return only'
  }
]
