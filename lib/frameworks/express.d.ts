import type { Resolver } from '../resolver'

/**
 * Puts `req.ip` and `req.ips` of one Express app on this package, for whoever
 * cannot replace `proxy-addr` itself (by `overrides` in package.json).
 *
 * Call it before the app's `trust proxy` is set: whenever that is set from then
 * on, it is compiled here. What was set before is kept, as the function that
 * Express made of it: the answers are the same, without the speed. So is a
 * `trust proxy fn` that is set directly.
 *
 * Sub-apps that are mounted on the app have the same `req.ip` and `req.ips`,
 * and inherit the setting as ever. For one with a setting of its own, call this,
 * too. All other apps, and Express itself, stay
 * as they are.
 *
 * @param app - What `express()` of Express 4 or 5 returned.
 * @param options - See {@link install.Options}.
 * @returns The app.
 * @throws TypeError - if `app` is none, or an option is unknown or wrong.
 *
 * @example
 * ```js
 * const app = express()
 * require('proxy-addr-native/express')(app)
 * app.set('trust proxy', 'loopback, 10.0.0.0/8')
 * ```
 */
declare function install<App extends install.ExpressApp> (
  app: App,
  options?: install.Options
): App
/**
 * Puts `req.ip`, `ips`, `protocol`, `secure`, `host` and `hostname` of one Express
 * app on a resolver, whatever its `trust proxy` is.
 *
 * @param app - What `express()` of Express 4 or 5 returned.
 * @param client - What `createResolver()` returned.
 * @returns The app.
 */
declare function install<App extends install.ExpressApp> (
  app: App,
  client: Resolver
): App

declare namespace install {
  /** As much of an Express app as is looked at. */
  export interface ExpressApp {
    (...args: never[]): unknown
    set (setting: string, value: any): unknown
    settings: any
  }

  export interface Options {
    /**
     * Keep the address of the peer when a request arrives, and what was answered
     * once: it survives the closing of the socket, as for the log of a request
     * that was aborted, and all changes to the request. The header is kept when
     * the first answer is asked for. `false` if left out.
     */
    remember?: boolean

    /**
     * Look for mistakes in the setting as it is now, and whenever it is set:
     *
     * - `'off'`, if left out: no
     * - `'warn'`: what is a danger or a warning becomes a process warning, of
     *   the type `TrustProxyWarning`, with the code of what was found
     * - `'throw'`: a danger is a TypeError, and the setting is not set
     *
     * With both, an app is warned once of a header that is not read,
     * `unread-header`: `X-Forwarded-For` from a peer that is not trusted, or
     * `X-Real-IP` and the like without it. And of arguments that `app.set()`
     * drops, `extra-argument`.
     */
    lint?: 'off' | 'warn' | 'throw'

    /** Codes of problems that were thought about, which neither warn nor throw. */
    ignore?: readonly string[]
  }

  export { install as default }
}

export = install
