import type { Resolver } from '../resolver'

/**
 * Makes `req.ip` and `req.ips` of one Express app use this package, for programs
 * that cannot replace `proxy-addr` itself (by `overrides` in package.json).
 *
 * Call it before the app's `trust proxy` is set: from then on, each value that is
 * set is compiled here. A value that was set before is kept, as the function that
 * Express made from it: the answers are the same, without the speed. So is a
 * `trust proxy fn` that is set directly.
 *
 * Sub-apps that are mounted on the app have the same `req.ip` and `req.ips`, and
 * inherit the setting as usual. For a sub-app with a setting of its own, call this,
 * too. All other apps, and Express itself, stay as they are.
 *
 * @param app - What `express()` of Express 4 or 5 returned.
 * @param options - See {@link install.Options}.
 * @returns The app.
 * @throws TypeError - if `app` is not an Express app, or an option is unknown or
 * wrong.
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
 * Makes `req.ip`, `ips`, `protocol`, `secure`, `host` and `hostname` of one Express
 * app use a resolver, whatever its `trust proxy` is.
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
  /** The properties of an Express app that are used. */
  export interface ExpressApp {
    (...args: never[]): unknown
    set (setting: string, value: any): unknown
    settings: any
  }

  export interface Options {
    /**
     * Keep the peer's address when a request arrives, and the header and the answer
     * when the first answer is asked for. They survive the closing of the socket, as
     * when an aborted request is logged, and all changes to the request. `false` if
     * left out.
     */
    remember?: boolean

    /**
     * Look for mistakes in the setting as it is now, and whenever it is set:
     *
     * - `'off'`, if left out: no
     * - `'warn'`: a danger or a warning becomes a process warning of the type
     *   `TrustProxyWarning`, with the problem's code
     * - `'throw'`: the same, but a danger throws a TypeError, and the setting is not
     *   set
     *
     * Both also warn, once for each app, about a header that is not read
     * (`unread-header`): `X-Forwarded-For` from a peer that is not trusted, or
     * `X-Real-IP` and the like without it. And they warn about arguments that
     * `app.set()` drops (`extra-argument`).
     */
    lint?: 'off' | 'warn' | 'throw'

    /** Codes of problems that neither warn nor throw. */
    ignore?: readonly string[]
  }

  export { install as default }
}

export = install
