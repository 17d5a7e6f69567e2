'use strict'

/*
 * req.ip and req.ips of one Express app on this package, for whoever cannot
 * replace proxy-addr itself. Only properties of the app's own are made or
 * changed: its set(), and two getters of its request prototype, which the
 * requests of mounted sub-apps inherit.
 */

const proxyaddr = require('../index')

const SETTING = 'trust proxy'
/** What Express keeps the setting's function under, and its getters use. */
const FUNCTION = 'trust proxy fn'

const MODES = ['off', 'warn', 'throw']

/** @type {Readonly<Options>} */
const DEFAULTS = Object.freeze({ remember: false, lint: 'off' })

/**
 * The apps whose settings are compiled here, and the options for each.
 *
 * @typedef {{ remember: boolean, lint: string }} Options
 * @type {WeakMap<object, Options>}
 */
const chosen = new WeakMap()

/** @param {any} app */
function checkApp (app) {
  if (typeof app === 'function' && typeof app.set === 'function' &&
    Object(app.request) === app.request && Object(app.settings) === app.settings &&
    typeof app.settings[FUNCTION] === 'function') return
  throw new TypeError('app must be an Express app: pass what express() returned' +
    ' (in NestJS, app.getHttpAdapter().getInstance())')
}

/** @param {object} app one that has been seen to */
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
      throw new TypeError(`unknown option ${JSON.stringify(name)}: there is ` +
        Object.keys(DEFAULTS).join(', '))
    }
  }
  const { remember = DEFAULTS.remember, lint = DEFAULTS.lint } = options
  if (typeof remember !== 'boolean') {
    throw new TypeError('the option remember must be true or false')
  }
  if (!MODES.includes(lint)) {
    throw new TypeError("the option lint must be 'off', 'warn' or 'throw'")
  }
  return { remember, lint }
}

/**
 * @param {any} problem one of those that lint() finds
 */
function sentence ({ entry, reason, instead }) {
  const of = entry === undefined ? '' : `, ${JSON.stringify(entry)}`
  const remedy = instead === undefined ? '' : `. Instead: ${instead}`
  return `trust proxy${of}: ${reason}${remedy}`
}

/**
 * Says what is wrong with a setting: hints apart, which are a matter of taste.
 *
 * @param {unknown} setting
 * @param {string} mode one of MODES
 * @throws {TypeError} if the mode says so, and it is dangerous
 */
function judge (setting, mode) {
  if (mode === 'off') return
  const lint = require('../why/lint')
  for (const problem of lint(setting)) {
    const { code, level } = problem
    if (level === 'danger' && mode === 'throw') throw new TypeError(sentence(problem))
    if (level === 'hint') continue
    process.emitWarning(sentence(problem), { type: 'TrustProxyWarning', code })
  }
}

/**
 * From now on, Express's own trust function is replaced as soon as it is made.
 * What is set directly is left alone, and so is what was set before: nobody
 * could tell which of the two that is.
 *
 * @param {any} app
 */
function compileSettings (app) {
  const { set } = app
  /** @this {any} @param {any} name @param {any} value */
  app.set = function (name, value) {
    // With one argument, it reads.
    const isSetting = name === SETTING && arguments.length > 1
    if (isSetting) judge(value, optionsOf(app).lint)
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
  Object.defineProperty(object, name, { configurable: true, enumerable: true, get })
}

/**
 * Puts an Express app on this package. Parameters and errors are described in
 * express.d.ts.
 *
 * @param {any} app
 * @param {any} [options]
 */
function install (app, options) {
  checkApp(app)
  if (typeof options === 'function') return installResolver(app, options)
  const read = readOptions(options)
  judge(app.settings[SETTING], read.lint)
  if (!chosen.has(app)) compileSettings(app)
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
 * The same by a resolver, whatever `trust proxy` is.
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
