'use strict'

/*
 * Faults to plant into what explains, lints and prints; see faults-core.js. Each part
 * names the tests that have to notice.
 */

/* eslint-disable no-template-curly-in-string */

const RANGES = 'lib/why/lint/ranges.js'
const COVERAGE = 'lib/why/lint/coverage.js'
const KINDS = 'lib/why/lint/kinds.js'
const REFUSED = 'lib/why/lint/refused.js'
const SPANS = 'lib/why/lint/spans.js'
const WHOLE = 'lib/why/lint/whole.js'
const LINT = 'lib/why/lint/index.js'
const INDEX = 'lib/why/explain/index.js'
const CHAIN = 'lib/why/explain/chain.js'
const GIVEN = 'lib/why/explain/request.js'
const REMARKS = 'lib/why/explain/remarks.js'
const TRACE = 'lib/why/explain/trace.js'
const QUOTE = 'lib/why/explain/faults.js'
const FROM_ENV = 'lib/trust/setting.js'
const REQUEST = 'lib/cli/request.js'
const GRAPH = 'lib/cli/graph.js'
const SWITCHING = 'lib/cli/switching.js'
const DOCTOR = 'lib/cli/doctor.js'
const LINT_COMMAND = 'lib/cli/lint.js'
const OUTPUT = 'lib/cli/output.js'
const EXPRESS = 'lib/frameworks/express.js'
const CACHE = 'lib/frameworks/request-cache.js'

const extras = (...names) => names.map((name) => `test/extras/${name}.test.js`)

const PARTS = [
  [extras('lint', 'lint-recommended', 'refusals'), [
    ['a remedy that is dangerous itself is offered', [LINT, 'return isDangerous(instead) || (', 'return false && (']],
    ['an ignored code takes all others along', [LINT, '.filter(({ code }) => !ignored.has(code))', '.filter(() => ignored.size === 0)']],
    ['8 million addresses of a cloud are fine', [COVERAGE, 'unsaid >= RENTABLE', 'unsaid > RENTABLE * 2n']],
    ['Akamai is taken for a cloud', [RANGES, 'return AKAMAI.some((known) => isWithin(range, known))', 'return false']],
    ['what Cloudflare gave up is fine', [RANGES, 'return isWithin(range, CLOUDFLARE_ONCE) && (', 'return false && (']],
    ['what Akamai gave up is its own', [RANGES, "? 'Akamai' : undefined", '? undefined : undefined']],
    ['::1 without 127.0.0.1 is fine', [COVERAGE, 'const part = found[0] ?? found[1]', 'const part = found[0]']],
    ['two of CloudFront\'s ranges are its whole list', [COVERAGE, 'const SEVERAL = 3', 'const SEVERAL = 2']],
    ['a URL keeps its port', [KINDS, 'divide(place)?.host ?? place', 'place']],
    ['full-width digits are blamed on themselves', [KINDS, 'if (plain === text) return undefined', 'return undefined']],
    ['an exclusion is an address', [KINDS, '(?:not|except|without)(?=\\s))\\s*(\\S.*)$/i', '(?:never)(?=\\s))\\s*(\\S.{99})$/i']],
    ['a path is an address', [KINDS, 'if (!PATH.test(text) || /^\\/[0-9]+$/.test(text)) return undefined', 'return undefined']],
    ['nobody is true', [KINDS, 'isWhole ? false : undefined)', 'isWhole ? true : undefined)']],
    ['an inverted mask is read as a netmask', [SPANS, 'if (mask === free) return { length, isInverted: true }', '']],
    ['a range loses its last subnet', [SPANS, 'while (first <= last) {', 'while (first < last) {']],
    ['a wildcard is one part too wide', [SPANS, '/${8 * known}`)', '/${8 * known - 8}`)']],
    ['only the first separator is named', [REFUSED, "'\\r': 'line breaks', ", '']],
    ['a list with line breaks is a list of an array', [REFUSED, 'return problem(\'several-entries\', isText', 'return problem(\'several-entries\', false']],
    ['JSON is four problems', [WHOLE, 'if (isJson(text)) {', 'if (false) {']],
    ['quotation marks make a number a text', [WHOLE, '? Number(entry) : entry', '? entry : entry']],
    ['a comma too many has no remedy', [WHOLE, ", settingOf(entries.join(',')))", ')']]
  ]],
  [extras('setting', 'refusals'), [
    ['inherited variables count', [FROM_ENV, 'Object.hasOwn(env, name) ? env[name] : undefined', 'env[name]']],
    ['a number in a list is an address', [FROM_ENV, 'if (LONE_NUMBER.test(entry)) return false', '']],
    ['what to write is not said', [FROM_ENV, "instead === undefined ? '' :", "instead !== undefined ? '' :"]],
    ['a value is repeated raw', [FROM_ENV, '${escape(name)}=${quote(value)}', '${name}="${value}"']],
    ['all problems are in one message', [FROM_ENV, 'problems.slice(0, SHOWN)', 'problems.slice(0)']]
  ]],
  [extras('explain', 'remarks'), [
    ['the furthest entry is never judged', [INDEX, "return by?.rule === 'hops' ? 'too few hops' : 'itself trusted'", "return 'end of chain'"]],
    ['too few hops are fine', [INDEX, "by?.rule === 'hops' ? 'too few hops'", "by?.rule === 'hop' ? 'too few hops'"]],
    ['all hops are kept', [CHAIN, 'if (this.last.length <= this.atEnd) return', 'if (this.last.length > 0) return']],
    ['what is left out is off by one', [CHAIN, 'this.more = 1 + chain.rest()', 'this.more = chain.rest()']],
    ['the count of the rest counts commas', [CHAIN, '} else if (!isWithin && !blanks.includes(unit)) {', '} else if (!isWithin) {']],
    ['Headers objects have no header', [GIVEN, "if (kind === 'Headers' || ", 'if (']],
    ['capitals are not named', [GIVEN, 'return name.toLowerCase().replace(/[-_', 'return name.replace(/[-_']],
    ['Forwarded is not named', [GIVEN, "'^(?:x-)?forwarded$'", "'^x-forwarded$'"]],
    ['shared address space is not known', [REMARKS, "[['100.64.0.0/10'], 'is in", "[['100.64.0.0/16'], 'is in"]],
    ['getters of a request are run', [GIVEN, 'Object.getOwnPropertyDescriptor(object, name)?.value', 'object[name]']],
    ['a header names what was reached', [REMARKS, 'hops.slice(hops.indexOf(client) + 1)', 'hops.slice(hops.indexOf(client))']],
    ['nobody trusted is as anybody', [REMARKS, "if (rule.kind === 'none') {", 'if (false) {']],
    ['the peer is blamed as any other', [TRACE, "client.from === 'header' ? REASONS[reason]", "client.from !== '' ? REASONS[reason]"]],
    ['quoted text is not cut', [QUOTE, 'if (whole.length <= LONGEST + 2) return whole', 'if (whole.length > 0) return whole']],
    ['C1 is printed', [QUOTE, '/[^ -~]/g', '/[^ -~\\u0080-\\u009f]/g']]
  ]],
  [extras('cli/commands', 'cli/output'), [
    ['headers are read as curl received them', [REQUEST, "line.startsWith('> ')", "line.startsWith('< ')"]],
    ['a PROXY line is a header', [REQUEST, 'if (!PROXY_LINE.test(text) && !text.startsWith(PROXY_BYTES)) return', 'return']],
    ['a header that comes twice is replaced', [REQUEST, '`${headers[key]}, ${value}`', 'value']],
    ['an empty NO_COLOR switches colours off', [OUTPUT, 'if (env.NO_COLOR) return false', 'if (env.NO_COLOR !== undefined) return false']],
    ['--max-warnings allows one more', [LINT_COMMAND, "count('warning') > most", "count('warning') > most + 1"]]
  ]],
  [extras('cli/switch'), [
    ['2.0.7 is not vulnerable', [DOCTOR, 'patch < 8', 'patch < 7']],
    ['dependencies of dependencies are not followed', [GRAPH, 'packages.push(packageAt(found, wanted, name === \'\' ? through : [...through, name]))', '']],
    ['pnpm 11 is told package.json', [SWITCHING, 'Number(major) < 10', 'Number(major) < 12']],
    ['a command has whatever is in place of a version', [SWITCHING, 'isVersion(express) ? `@${express}` : \'\'', '`@${express}`']],
    ['back leaves an empty object', [SWITCHING, 'if (Object.keys(object[key]).length === 0) delete object[key]', '']],
    ['the lock file keeps what npm has', [SWITCHING, "if (key.endsWith('node_modules/proxy-addr') || isUser) delete lock.packages[key]", '']]
  ]],
  [['test/http/express-settings.test.js', 'test/http/express.test.js'], [
    ['the peer is read when it is asked for', [CACHE, 'const { peer } = arrived.get(req) ?? { peer: peerOf(req) }', 'const { peer } = { peer: peerOf(req) }']],
    ['each request is warned of', [EXPRESS, 'warned.add(app)', '']],
    ['a trusted peer is warned of', [EXPRESS, "if (peer?.verdict !== 'untrusted') return", '']],
    ['dropped arguments are not named', [EXPRESS, 'if (args.length <= 2 ||', 'if (args.length <= 4 ||']],
    ['an option ignore is not passed on', [EXPRESS, 'proxyaddr.lint(setting, { ignore })', 'proxyaddr.lint(setting)']]
  ]]
]

/** Without a fault, the tests of each part pass. */
const faults = PARTS.flatMap(([tests, some]) => [[`(no fault) ${tests.join(' ')}`], ...some])

/** @param {string} name of a fault @returns {string[] | undefined} the tests that judge it */
function testsOf (name) {
  return PARTS.find(([tests, some]) => name === `(no fault) ${tests.join(' ')}` || some.some(([known]) => known === name))?.[0]
}

module.exports = { faults, testsOf }
