import type { Resolver, Result } from '../resolver'

/**
 * A Fastify plug-in: `request.ip`, `ips`, `protocol`, `host` and `hostname` are
 * the resolver's, and `request.client` is its whole result (declare it in
 * `FastifyRequest` as {@link plugin.Client}).
 *
 * @example
 * ```js
 * app.register(require('proxy-addr-native/fastify'), { client })
 * ```
 */
declare function plugin (fastify: any, options: plugin.Options, done: (error?: Error) => void): void

declare namespace plugin {
  export interface Options {
    /** What `createResolver()` returned. */
    client: Resolver
  }
  export type Client = Result
  export { plugin as default }
}

export = plugin
