import type { Resolver } from '../resolver'

/**
 * Makes `ctx.ip`, `ips`, `protocol`, `secure`, `host` and `hostname` of a Koa app
 * use a resolver, whatever `app.proxy` is.
 *
 * @param app - What `new Koa()` returned.
 * @param client - What `createResolver()` returned.
 * @returns The app.
 */
declare function install<App extends { request: object, context: object, callback (): unknown }> (app: App, client: Resolver): App

declare namespace install {
  export { install as default }
}

export = install
