'use strict'

/*
 * Makes req.ip and req.ips of one Express app use this package, for programs that
 * cannot replace proxy-addr itself. Only the app's own properties are added or
 * changed: its set() and handle(), and two getters of its request prototype,
 * which the requests of mounted sub-apps inherit.
 */

const proxyaddr = require('../index')
const { quote, show } = require('../why/explain/faults')

const SETTING = 'trust proxy'
/** The setting in which Express keeps the trust function for its getters. */
const FUNCTION = 'trust proxy fn'

const MODES = ['off', 'warn', 'throw']

/** @type {Readonly<Options>} */
const DEFAULTS = Object.freeze({ remember: false, lint: 'off', ignore: [] })

/**
 * The apps whose settings are compiled here, and the options for each.
 *
 * @typedef {{ remember: boolean, lint: string, ignore: readonly string[] }} Options
 * @type {WeakMap<object, Options>}
 */
const chosen = new WeakMap()

/** @param {any} app */
function checkApp (app) {
  if (typeof app === 'function' && typeof app.set === 'function' &&
    typeof app.handle === 'function' && Object(app.request) === app.request && Object(app.settings) === app.settings &&
    typeof app.settings[FUNCTION] === 'function') return
  throw new TypeError('app must be an Express app: pass what express() returned' +
    ' (in NestJS, app.getHttpAdapter().getInstance())')
}

/** @param {object} app one already installed */
function optionsOf (app) {
  return /** @type {Options} */ (chosen.get(app))
}

/** @param {any} options */
function readOptions (options) {
  if (options === undefined) return DEFAULTS
  if (Object(options) !== options || Array.isArray(options)) {
    throw new TypeError('options must be an object, such as { remember: true }')
  }
  for (const name of Object.keys(options)) {
    if (!Object.hasOwn(DEFAULTS, name)) {
      throw new TypeError(`unknown option ${quote(name)}: give one of ${Object.keys(DEFAULTS).join(', ')}` +
        (name === 'client' ? ', or the resolver itself in place of options' : ''))
    }
  }
  const { remember = DEFAULTS.remember, lint = DEFAULTS.lint, ignore = DEFAULTS.ignore } = options
  if (typeof remember !== 'boolean') {
    throw new TypeError('the option remember must be true or false')
  }
  if (!MODES.includes(lint)) {
    throw new TypeError("the option lint must be 'off', 'warn' or 'throw'")
  }
  require('../why/lint/problem').readIgnored(ignore)
  return { remember, lint, ignore: [...ignore] }
}

/**
 * @param {any} problem one of those that lint() finds
 */
function sentence ({ entry, reason, instead }) {
  const of = entry === undefined ? '' : `, ${quote(entry)}`
  const remedy = instead === undefined ? '' : `. Instead: ${require('../why/lint/problem').showInstead(instead)}`
  return `trust proxy${of}: ${reason}${remedy}`
}

/** @param {string} code @param {string} message */
function warn (code, message) {
  process.emitWarning(message, { type: 'TrustProxyWarning', code })
}

/**
 * Warns about a setting's problems, except for hints, which are a matter of taste.
 *
 * @param {unknown} setting
 * @param {Options} options
 * @throws {TypeError} if the setting is dangerous, and the mode is 'throw'
 */
function judge (setting, { lint: mode, ignore }) {
  if (mode === 'off') return
  for (const problem of proxyaddr.lint(setting, { ignore })) {
    const { code, level } = problem
    if (level === 'danger' && mode === 'throw') throw new TypeError(sentence(problem))
    if (level !== 'hint') warn(code, sentence(problem))
  }
}

/**
 * Warns about arguments that app.set() drops.
 *
 * @param {unknown[]} args
 * @param {Options} options
 */
function judgeArguments (args, { lint: mode, ignore }) {
  if (args.length <= 2 || mode === 'off' || ignore.includes('extra-argument')) return
  const more = args.slice(2).map((arg) => typeof arg === 'string' ? quote(arg) : typeof arg)
  warn('extra-argument', `trust proxy: app.set() takes one value, and drops ${more.join(', ')}: ` +
    'give one text with commas, or one array')
}

/** The apps that were warned of a header that arrives unread. */
const warned = new WeakSet()

/**
 * Returns a sentence about a header that arrives with a request and is not read.
 *
 * @param {any} req
 * @param {any} trust
 * @returns {string | undefined}
 */
function unreadOf (req, trust) {
  if (!req.headers['x-forwarded-for']) {
    const [name] = require('../why/explain/request').othersIn(req.headers)
    return name && `${show(name)} arrives without X-Forwarded-For, the only header that is read: have the proxy send that`
  }
  const { address, hops: [peer] } = proxyaddr.explain(req, trust, { maxHops: 2 })
  if (peer?.verdict !== 'untrusted') return undefined
  return `X-Forwarded-For arrives from ${show(String(address))}, which is not trusted, so it is ` +
    'not read: if that is your proxy, trust it; if it is a client, ignore this'
}

/**
 * Warns about the most common fault, which shows in requests only: the proxy is not
 * trusted, or sends another header. Each app warns once, since anyone who calls the
 * server directly can send such headers.
 *
 * @param {any} app
 * @param {any} req
 */
function judgeRequest (app, req) {
  const { lint: mode, ignore } = optionsOf(app)
  if (mode === 'off' || warned.has(app) || ignore.includes('unread-header')) return
  const unread = unreadOf(req, app.settings[FUNCTION])
  if (unread === undefined) return
  warned.add(app)
  warn('unread-header', `trust proxy: ${unread}`)
}

/**
 * Looks at each request when it arrives.
 *
 * @param {any} app
 */
function watchRequests (app) {
  const { handle } = app
  /** @this {any} @param {any} req */
  app.handle = function (req) {
    if (optionsOf(app).remember) require('./request-cache').arrive(req)
    judgeRequest(app, req)
    return Reflect.apply(handle, this, arguments)
  }
}

/**
 * From now on, replaces Express's own trust function as soon as it is made. A
 * function that is set directly is left alone, and so is one that was set before,
 * which may be either.
 *
 * @param {any} app
 */
function compileSettings (app) {
  const { set } = app
  /** @this {any} @param {any} name @param {any} value */
  app.set = function (name, value) {
    // With one argument, it reads.
    const isSetting = name === SETTING && arguments.length > 1
    if (isSetting) {
      judge(value, optionsOf(app))
      judgeArguments(Array.from(arguments), optionsOf(app))
    }
    const result = Reflect.apply(set, this, arguments)
    if (isSetting) Reflect.apply(set, this, [FUNCTION, proxyaddr.trustProxy(value)])
    return result
  }
}

/**
 * @param {object} object
 * @param {string} name
 * @param {(this: any) => unknown} get
 */
function defineGetter (object, name, get) {
  Object.defineProperty(object, name, /** @type {any} */ ({ __proto__: null, configurable: true, enumerable: true, get }))
}

/**
 * Makes an Express app use this package. Parameters and errors are described in
 * express.d.ts.
 *
 * @param {any} app
 * @param {any} [options]
 */
function install (app, options) {
  checkApp(app)
  if (typeof options === 'function') return installResolver(app, options)
  const read = readOptions(options)
  judge(app.settings[SETTING], read)
  if (!chosen.has(app)) {
    compileSettings(app)
    watchRequests(app)
  }
  chosen.set(app, read)
  const answer = read.remember ? require('./request-cache') : proxyaddr
  // The settings of a sub-app inherit those of the app it is mounted on.
  defineGetter(app.request, 'ip', function ip () {
    return answer(this, this.app.settings[FUNCTION])
  })
  defineGetter(app.request, 'ips', function ips () {
    return answer.all(this, this.app.settings[FUNCTION]).slice(1).reverse()
  })
  return app
}

/**
 * The same with a resolver, whatever `trust proxy` is.
 *
 * @param {any} app
 * @param {any} client
 */
function installResolver (app, client) {
  const { checkClient, defineGetters } = require('./getters')
  checkClient(client, "require('proxy-addr-native/express')(app, client)")
  defineGetters(app.request, client, (req) => req, ['ip', 'ips', 'protocol', 'secure', 'host', 'hostname'])
  return app
}

module.exports = install
module.exports.default = install
