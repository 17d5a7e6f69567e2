'use strict'

/* eslint-disable no-template-curly-in-string */

/*
 * Faults to plant into the resolver, the lists, the adapters of frameworks and the choice
 * of an engine; see faults-core.js. Each part names the tests that have to notice.
 */

const RESOLVER = 'lib/resolver/index.js'
const ANOMALIES = 'lib/resolver/anomalies.js'
const EXPLAIN = 'lib/resolver/explain.js'
const LINT = 'lib/resolver/lint.js'
const MEMORY = 'lib/resolver/memory.js'
const OPTIONS = 'lib/resolver/options.js'
const POLICY = 'lib/resolver/policy.js'
const PROTOCOL = 'lib/resolver/protocol.js'
const REQUEST = 'lib/resolver/request.js'
const RESULT = 'lib/resolver/result.js'
const BY_WASM = 'lib/resolver/wasm.js'
const CURRENT = 'lib/lists/current.js'
const DOWNLOAD = 'lib/lists/download.js'
const ENTRIES = 'lib/lists/entries.js'
const FORMATS = 'lib/lists/formats.js'
const LIST = 'lib/lists/list.js'
const RULES = 'lib/lists/rules.js'
const SNAPSHOT = 'lib/lists/snapshot.js'
const SOURCES = 'lib/lists/sources.js'
const GETTERS = 'lib/frameworks/getters.js'
const HONO = 'lib/frameworks/hono.js'
const OVERWRITE = 'lib/frameworks/overwrite.js'
const SPAN = 'lib/frameworks/opentelemetry.js'
const SRVX = 'lib/frameworks/srvx.js'
const GRAPH = 'lib/cli/graph.js'
const SWITCHING = 'lib/cli/switching.js'
const BUILTINS = 'lib/engine/string-builtins.js'
const ENGINE = 'lib/engine/index.js'
const LOAD = 'lib/engine/load.js'
const STRICT = 'src/node/strict.cc'
const VALUES = 'src/node/values.h'
const MODULE = 'src/wasm/strict.c'
const FROM = 'src/core/strict/from.c'
const FORWARDED = 'src/core/strict/forwarded.c'
const NODE = 'src/core/strict/node.c'
const CROSSING = 'src/core/strict/crossing.c'

const resolver = (...names) => names.map((name) => `test/resolver/${name}.test.js`)
const lists = (name) => [`test/lists/${name}.test.js`]

const PARTS = [
  [resolver('rules'), [
    ['what was found for a header is the answer to any peer', [RESOLVER, '    if (isKnown) {\n', '    if (isKnown || own === undefined) {\n']],
    ['texts with one key are taken for each other', [MEMORY, 'this.texts[place] === text ?', 'this.texts[place] !== \'\' && keyOf(this.texts[place]) === keyOf(text) ?']],
    ['the quick answer overlooks the other header', [RESOLVER, '    if ((this.isForwarded ? list : forwarded) !== undefined) return undefined\n', '']],
    ['a hop before the peer is trusted', [RESOLVER, '!(hop >= 0 && hop < hops)', '!(hop < hops)']],
    ['a key of an IPv6 network has all of its last group', [RESOLVER, '0xffff << 16 - bits & 0xffff', '(bits > 0 ? 0xffff : 0)']],
    ['who may set one header may tell the protocol', [RESULT, ' && reason !== PROVIDER', '']],
    ['a quoted pair keeps its backslash', [RESULT, "text?.includes('\\\\') ?", "text === '' ?"]],
    ['any answer of a live list is trust', [POLICY, 'live.has(address) === true', 'live.has(address)']],
    ['a refusal for one header counts for the others', [POLICY, 'known.fromRefused |= 1 << asked', 'known.fromRefused = 0xffffffff']],
    ['who trusts a hop trusts the next one', [POLICY, 'known.granted = asked + 1', 'known.granted = asked + 2']],
    ['a port may be 65536', [PROTOCOL, 'PORT.test(port) && Number(port) <= 65535', 'PORT.test(port)']],
    ['any hexadecimals in brackets are a host', [PROTOCOL, 'v6 === undefined || !isIPv6(v6)', 'v6 === undefined']],
    ['hosts of one length are taken for each other', [PROTOCOL, 'if (text !== lastHost) {', 'if (text.length !== lastHost.length) {']],
    ['a line feed within Forwarded divides it', [REQUEST, "if (!text.includes('\\n')) return text", "if (text !== '') return text"]],
    ['a header under two spellings is the last one', [REQUEST, 'name in found ? `${found[name]}, ${text}` : text', 'text']],
    ['a header may be there twice', [OPTIONS, '  if (twice) throw', '  if (!twice === undefined) throw']],
    ['as many hops as entries are too many', [OPTIONS, 'settings.hops > settings.maxEntries', 'settings.hops >= settings.maxEntries']],
    ['what is printed is kept of any number of peers', [ANOMALIES, 'this.printed.size >= MOST_PEERS', 'this.printed.size < 0']],
    ['an explanation reads on where a provider decided', [EXPLAIN, "=== 'provider' ? words[ANSWER.HOPS] - 2", "=== 'provider' ? words[ANSWER.HOPS] - 1"]],
    ['the resolver\'s own names are linted', [LINT, ' && !OWN.includes(entry)', '']],
    ['a header is believed though the chain is too short', [FROM, 'walk->answer->trusted > 0 &&\n         walk->answer->reason != PA_REASON_CHAIN_TOO_SHORT', 'walk->answer->trusted > 0']],
    ['headers agree if one half of an address does', [FROM, ' &&\n         one->low == other->low', '']],
    ['a parameter may be there twice', [FORWARDED, 'if (same_name(text, seen->name[i], name)) return false;', '']],
    ['a quoted quote ends its string', [FORWARDED, 'if (backslashes % 2 == 0) quoted = !quoted;', 'quoted = !quoted;']],
    ['a token may have braces', [FORWARDED, '0x57ffffff', '0x7fffffff']],
    ['"::" may stand for nothing', [NODE, 'groups->gaps == 1 && groups->count < GROUPS', 'groups->gaps == 1']],
    ['a mapped address may have a zone', [NODE, ' || out->address.family == PA_IPV4)', ')']],
    ['beyond the last list, that counts', [FROM, 'list < policy->lists ? list : PA_TRUST_LISTS', 'policy->lists == 0 ? PA_TRUST_LISTS : list < policy->lists ? list : policy->lists - 1']]
  ]],
  [resolver('engines'), [
    ['native: a policy is read beyond its numbers', [CROSSING, ' &&\n         words == (size_t)PA_CONFIG_WORDS + config[PA_CONFIG_LISTS] +\n                      config[PA_CONFIG_FROM_COUNT]', '']],
    ['native: an answer is written beyond its room', [VALUES, 'size >= room', 'size + 1 >= room']],
    ['wasm: a peer without text is trusted', [MODULE, 'peer == NULL ? PA_PEER_TRUSTED', 'peer_length == 0 ? PA_PEER_TRUSTED']],
    ['wasm: an invalid policy is kept', [MODULE, '  free(policy);\n  return error', '  return error']],
    ['wasm: the last hop does not arrive', [MODULE, 'answer->hops * PA_ANSWER_HOP_WORDS', '(answer->hops - 1) * PA_ANSWER_HOP_WORDS']],
    ['wasm: an answer is written beyond its room', [BY_WASM, ' || words.length < wasm.words(policy)', '']]
  ]],
  [['test/native/out-of-memory.test.js'], [
    ['native: a freed policy is still reported', [STRICT, '    ReportMemory(env, -static_cast<int64_t>(pa_policy_size(policy)));\n', '']],
    ['native: a policy that is freed keeps its sets', [STRICT, '  pa_policy_dispose(policy);\n', '']]
  ]],
  [resolver('frameworks'), [
    ['the client is among the proxies', [GETTERS, "reason === 'all-trusted' ? -1 : undefined", 'undefined']],
    ['a raw header in capitals stays', [OVERWRITE, 'String(rawHeaders[i]).toLowerCase() === name', 'rawHeaders[i] === name']],
    ['who has no address leaves no entry', [OVERWRITE, "address ?? 'unknown'", 'address']],
    ['Hono has the request in one place only', [HONO, 'c?.env?.server ?? c?.env', 'c?.env']],
    ['the peer of a span is its client', [SPAN, "'network.peer.address': peer", "'network.peer.address': address"]],
    ['srvx knows the address after all others', [SRVX, 'server.options.middleware.unshift', 'server.options.middleware.push']]
  ]],
  [lists('rules'), [
    ['a list may cover twice as much', [RULES, 'const MOST = 1 / 64', 'const MOST = 1 / 32']],
    ['a list may lose two thirds', [RULES, 'size.entries * 2 < other.entries', 'size.entries * 3 < other.entries']],
    ['a list that covered more is forgotten', [RULES, ' ||\n    FAMILIES.some((family) => size.families[family].share > next.size.families[family].share)', '']],
    ['each entry covers addresses of its own', [ENTRIES, 'Math.max(first + size - Math.max(first, end), 0)', 'size']],
    ['the mapped /96 is a subnet', [ENTRIES, 'return length > 96\n', 'return length >= 96\n']],
    ['Google\'s customers are its proxies', [FORMATS, "one?.service === 'Google Cloud'", "one?.service === ''"]],
    ['a name without a password may be in an address', [DOWNLOAD, "url.username !== '' || url.password !== ''", "url.password !== ''"]],
    ['a tag that begins like a proxy\'s is one', [FORMATS, '(?:\\.|$)/', '/']],
    ['a timer waits longer than it can', [SOURCES, 'Math.min(delay * (0.9 + 0.2 * random), LONGEST_TIMER)', 'delay * (0.9 + 0.2 * random)']]
  ]],
  [lists('download'), [
    ['a compressed list may be of any size', [DOWNLOAD, "      if (length > MOST_BYTES) throw tooLarge('it has more bytes', length)\n", '']],
    ['"not modified" needs no question', [DOWNLOAD, 'if (etag !== undefined || lastModified !== undefined) return {}', 'if (etag !== null) return {}']]
  ]],
  [lists('live'), [
    ['a snapshot of the future stays fresh', [LIST, 'Math.max(Date.now() - found.fetchedAt, 0)', 'Date.now() - found.fetchedAt']],
    ['a list of the future is never forgotten', [CURRENT, 'now - Math.max(age, 0)', 'now - age']],
    ['a snapshot may be changed', [SNAPSHOT, "?? '') !== json.digest", "?? '') === ''"]],
    ['the snapshot of another list is overwritten', [SNAPSHOT, '  checkSource(snapshot, source, file)\n}\n', '}\n']]
  ]],
  [['test/extras/cli/switch.test.js', 'test/extras/cli/doctor.test.js'], [
    ['a byte order mark is a mistake', [GRAPH, ".replace(/^\\ufeff/, '')", '']],
    ['a package is looked at each time it is met', [GRAPH, 'found === undefined || seen.has(found)', 'found === undefined || (through.length > 3 && seen.has(found))']],
    ['members that are left out take part', [GRAPH, "patternsOf(root).filter((pattern) => !pattern.startsWith('!'))", "patternsOf(root).map((pattern) => pattern.replace('!', ''))"]],
    ['only some kinds of dependencies are followed', [GRAPH, "'dependencies', 'optionalDependencies', 'peerDependencies'", "'dependencies', 'optionalDependencies'"]],
    ['an override below a package is none', [SWITCHING, '    : holdsOverride(found, value))', '    : false)']],
    ['the manager that a project names counts for nothing', [SWITCHING, 'MANAGERS.includes(named) ? named : found', 'found']]
  ]],
  [['test/extras/engines.test.js', 'test/extras/loading.test.js'], [
    ['builtins that are ignored are taken for builtins', [BUILTINS, 'wasm.validate(moduleBytes(I32), BUILTINS) && !wasm.validate(moduleBytes(EXTERNREF), BUILTINS)', 'wasm.validate(moduleBytes(I32), BUILTINS)']],
    ['names without memory are none', [ENGINE, '  if (engine.names(numbers) === undefined) throw outOfMemory()\n', '  engine.names(numbers)\n']],
    ['a reason has as many lines as it likes', [LOAD, "`- ${reason.split('\\n')[0]}`", '`- ${reason}`']]
  ]]
]

/** Without a fault, the tests of each part pass. */
const faults = PARTS.flatMap(([tests, some]) => [[`(no fault) ${tests.join(' ')}`], ...some])

/** @param {string} name of a fault @returns {string[] | undefined} the tests that judge it */
function testsOf (name) {
  return PARTS.find(([tests, some]) => name === `(no fault) ${tests.join(' ')}` || some.some(([known]) => known === name))?.[0]
}

module.exports = { faults, testsOf }
