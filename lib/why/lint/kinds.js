'use strict'

/*
 * Recognises what a refused entry is, which says more than its first wrong
 * character: a URL, a path, an address with a port, the name of a host, ...
 */

const { describeEntry } = require('../facts')
const { quote } = require('../explain/faults')
const { keywordMeant, nameMeant } = require('./names')
const { problem } = require('./problem')

/** @typedef {import('./problem').Problem} Problem */

const SCHEME = /^(?:[a-z][a-z0-9+.-]*:)?\/\//i
const PATH = /^(?:unix:|file:|@|~?\/|\.{1,2}\/|\\\\|[a-z]:\\)|\.sock(?:et)?$/i
const VARIABLE = /^(?:\$\{?\w|%\w+%$|\{\{|<%|process\.env\b|\[object \w+\]$)/
const INVISIBLE = /[\u00a0\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]/u
const WORD = /^[\p{L}\p{N}][\p{L}\p{N}\p{M}\s_|!.-]*$/u
const PLAIN_LETTERS = /[^a-z\s_-]/iu
const HOST = /^(?=.*\p{L})[\p{L}\p{N}_](?:[\p{L}\p{N}_.-]*[\p{L}\p{N}_])?\.?$/u
const HOST_WILDCARD = /^\*\.|^\.[a-z]/i
const NUMBER = /^[+-]?(?:[0-9]+(?:\.[0-9]+)?|\.[0-9]+)(?:e[0-9]+)?$|^[+-]?(?:NaN|Infinity)$/
const HOPS = /^([0-9]{1,2})\s*(?:hops?|prox(?:y|ies))$/i
const DIGITS = ['zero', 'one', 'two', 'three', 'four', 'five']
const INTERFACE = /^(?:(?:eth|ens|eno|enp|wlan|docker|br|tun|tap|wg|cni|bond|utun|tailscale|flannel|cali|virbr|podman)[-.]?[0-9][\w.]*|(?:br|veth)-?[0-9a-f]{6,}|lo0?)$/i
const CLOUD_NAME = /^arn:|^(?:sg|vpc|subnet|eni|acl|pl|lb|i)-[0-9a-f]{6,}$/i
const EXCLUSION = /^(?:[!-]|(?:not|except|without)(?=\s))\s*(\S.*)$/i
const PATTERN = /^~?\*?\^|^\/[^\\^$*?()[\]|]*[\\^$*?()[\]|].*\/[gimsuy]*$|^[^\\].*\\[.dw]/
/** Characters that look like others, and that NFKC does not replace. */
const LOOKS_LIKE = /[\u3002\u2044\u2215\u2236]/g
const MEANT = /** @type {Record<string, string>} */ ({ '\u3002': '.', '\u2044': '/', '\u2215': '/', '\u2236': ':' })

/** @param {string} text */
function isValid (text) {
  return describeEntry(text).fault === 'none'
}

/**
 * @param {string} text
 * @returns {string | undefined} a valid entry: the text, or the name it means
 */
function entryFor (text) {
  if (isValid(text)) return text
  const meant = WORD.test(text) ? nameMeant(text) : undefined
  return meant?.name
}

/**
 * @param {string} text
 * @returns {{ host: string, port: string } | undefined}
 */
function divide (text) {
  const match = /^\[?([^[\]]*)\](?::([0-9]+|\*))?$/.exec(text) ?? /^([^:]*):([0-9]+|\*)$/.exec(text) ??
    /^([^.\n]*\..*):([0-9]+)$/.exec(text) ?? /^([^:\n]*:.*):([0-9]{5})$/.exec(text)
  return match === null ? undefined : { host: match[1], port: match[2] ?? '' }
}

/**
 * @param {string} host
 * @returns {string} what to write in place of the name of a host
 */
function lookUp (host) {
  return `host names are not looked up, so give the address of ${quote(host)}, or the subnet ` +
    'of its network (docker network inspect shows that of a Compose project)'
}

/** @param {string} text */
function lintVariable (text) {
  if (!VARIABLE.test(text)) return undefined
  return problem('invalid-address', text[1] === 'o'
    ? 'It is an object that was converted to text: join the entries with commas, or give an array'
    : 'It is the name of a variable, which was not replaced with its value: check where it is set')
}

/** @param {string} text */
function lintInvisible (text) {
  const at = text.search(INVISIBLE)
  if (at === -1) return undefined
  const code = text.charCodeAt(at).toString(16).toUpperCase().padStart(4, '0')
  return problem('invalid-address', `It has an invisible character, U+${code}, at ${at}`,
    entryFor(text.replace(new RegExp(INVISIBLE, 'gu'), '')))
}

/**
 * Replaces characters that only look like others, such as full-width or superscript
 * digits.
 *
 * @param {string} text
 */
function asPlain (text) {
  return text.normalize('NFKC').replace(LOOKS_LIKE, (one) => MEANT[one])
}

/** @param {string} text @param {boolean} isWhole */
function lintLookalike (text, isWhole) {
  const plain = asPlain(text)
  if (plain === text) return undefined
  const instead = entryFor(plain)
  const characters = Array.from(text)
  const at = characters.findIndex((one, i) => one !== plain[i])
  const isNumber = /^[0-9]{1,2}$/.test(plain)
  return instead === undefined
    ? undefined
    : problem('invalid-address', `${quote(characters[at])}, at ${at}, only looks like ${quote(plain[at])}`,
      !isNumber ? instead : isWhole ? Number(plain) : undefined)
}

const EVERYBODY = "here that would be the setting true, which lets everybody choose the address they seem to come from. Give your proxies' own " +
  'addresses, or a number of hops'

/** @param {string} text @param {boolean} isWhole */
function lintKeyword (text, isWhole) {
  const meant = keywordMeant(text)
  if (meant === undefined) return undefined
  if (meant === 'everybody') return problem('keyword', `${quote(text)} means everybody in other systems; ${EVERYBODY}`)
  if (meant === 'nobody') {
    return problem('keyword', `${quote(text)} means nobody in other systems, which here is ` +
      (isWhole ? 'false' : 'an empty list: leave it out'), isWhole ? false : undefined)
  }
  if (meant === 'unclear') {
    return problem('keyword', `${quote(text)} is a word of another system, and means nothing here: give your proxies' ` +
      'addresses, their subnets, or a number of hops')
  }
  const { list, section } = meant
  return problem('keyword', `${quote(text)} is not a name here: ` +
    (list === undefined ? '' : `give ${list}.trust, of proxy-addr-native/lists, as the whole setting, `) +
    `list the ranges that the provider has published, or count the hops, as docs/guide.md#${section} describes`)
}

/** @param {string} text */
function lintWord (text) {
  const meant = WORD.test(text) ? nameMeant(text) : undefined
  if (meant === undefined) return undefined
  if (meant.how === 'case') return problem('wrong-case', 'Names are in lower case; this one is refused', meant.name)
  if (meant.how === 'word') return problem('misspelt-name', `It is refused: here, the name for this is ${meant.name}`, meant.name)
  const at = text.search(PLAIN_LETTERS)
  const odd = at === -1 || text.length !== meant.name.length
    ? ''
    : `: ${quote(String.fromCodePoint(/** @type {number} */ (text.codePointAt(at))))}, at ${at}, only looks like a letter of a name`
  return problem('misspelt-name', `There is no such name, so it is refused${odd}`, meant.name)
}

/** @param {string} text */
function lintUrl (text) {
  if (!SCHEME.test(text) || /^(?:unix|file):/i.test(text)) return undefined
  const rest = text.replace(SCHEME, '')
  const [authority] = rest.split(/[/?#]/, 1)
  const place = authority.slice(authority.lastIndexOf('@') + 1)
  const host = divide(place)?.host ?? place
  const instead = entryFor(rest) ?? entryFor(host)
  return problem('invalid-address', 'It is a URL; trust goes by the address alone' +
    (instead === undefined ? `, and ${lookUp(host)}` : ''), instead)
}

/** @param {string} text */
function lintPath (text) {
  if (!PATH.test(text) || /^\/[0-9]+$/.test(text)) return undefined
  return problem('invalid-address', 'It is a path, and the peer of a Unix socket has no address, so no ' +
    'list matches it: use a number of hops or a function, as docs/guide.md#unix-sockets describes')
}

/** @param {string} text */
function lintPattern (text) {
  if (PATTERN.test(text)) {
    return problem('invalid-address', 'It is a pattern; trust goes by addresses, so write a subnet, or give a function that tests ' +
      'the address')
  }
  const [, excluded] = EXCLUSION.exec(text) ?? []
  return excluded === undefined || entryFor(excluded) === undefined || NUMBER.test(text)
    ? undefined
    : problem('invalid-address', `A list cannot exclude addresses: leave ${quote(text)} out, and write subnets that do not contain them`)
}

/** @param {string} text */
function lintPort (text) {
  const divided = divide(text)
  if (divided === undefined) return undefined
  const { host, port } = divided
  const instead = entryFor(host)
  if (instead === undefined && !HOST.test(host)) return undefined
  const what = port === '' ? 'It has brackets' : `It has a port, ${quote(`:${port}`)}`
  return problem('invalid-address', `${what}; trust goes by the address alone` +
    (instead === undefined ? `, and ${lookUp(host)}` : ''), instead)
}

/**
 * loopback/8, [fd00::]/8, 10.0.0.0/8/, 10.0.0.0\\8, fe80::/10%eth0
 *
 * @param {string} text
 */
function lintLength (text) {
  const at = text.search(/[/\\]/)
  if (at === -1) return undefined
  const [before, after] = [text.slice(0, at).trim(), text.slice(at + 1).trim().replace(/(?<!\/)\/+$|%\w+$/, '')]
  const bare = before.replace(/^\[(.*)\]$/, '$1')
  const whole = after === '' ? bare : `${bare}/${after}`
  if (isValid(whole)) {
    return problem('invalid-range', after === ''
      ? 'The length of the prefix is missing'
      : 'A subnet is an address, one slash and the length of its prefix, without brackets, blanks or a zone', whole)
  }
  if (isValid(bare) && /^\d+\/\d+$/.test(after)) return problem('invalid-range', 'A subnet has one length, and this one has two')
  const name = entryFor(bare)
  if (name === undefined || !/^\p{L}/u.test(name) || name.includes(':')) return undefined
  return problem('invalid-range', 'A name stands for whole subnets, and takes no length', name)
}

/** @param {string} text @param {boolean} isWhole */
function lintNumber (text, isWhole) {
  const word = DIGITS.indexOf(text.toLowerCase())
  const [, digits] = HOPS.exec(text) ?? []
  if (digits === undefined && word === -1 && !NUMBER.test(text)) return undefined
  const hops = word === -1 ? Number(digits ?? text) : word
  return problem('invalid-address', 'It is a number, and not an address; a number of hops is a whole ' +
    'number such as 1, and must be the whole setting', isWhole && Number.isInteger(hops) && hops > 0 ? hops : undefined)
}

/** @param {string} text */
function lintHost (text) {
  if (HOST_WILDCARD.test(text)) {
    return problem('host-name', `It is a pattern of names, and ${lookUp(text)}`)
  }
  if (/^AS[0-9]+$/i.test(text)) {
    return problem('host-name', 'It is the number of a network: list the ranges that the network announces')
  }
  if (INTERFACE.test(text)) {
    return problem('host-name', 'It is the name of a network interface: give the subnet that is on it (ip address shows that)',
      /^lo/i.test(text) ? 'loopback' : undefined)
  }
  if (CLOUD_NAME.test(text)) {
    return problem('host-name', "It is a cloud's identifier, which is not looked up: give the subnet that the balancer is in, such as " +
      '10.0.0.0/16')
  }
  return HOST.test(text) ? problem('host-name', `It is the name of a host, and ${lookUp(text)}`) : undefined
}

/**
 * @param {string} text refused
 * @param {boolean} isWhole the setting
 * @returns {Problem | undefined}
 */
function lintKind (text, isWhole) {
  return lintVariable(text) ?? lintInvisible(text) ?? lintNumber(text, isWhole) ?? lintWord(text) ??
    lintLookalike(text, isWhole) ?? lintPattern(text) ?? lintUrl(text) ?? lintPath(text) ?? lintLength(text) ??
    lintPort(text) ?? lintHost(text)
}

module.exports = { EVERYBODY, asPlain, isValid, lintKeyword, lintKind }
