import type { Resolver } from '../resolver'

/**
 * A plug-in of srvx, which h3 and Nitro run on: `request.ip` is the resolver's.
 *
 * @param client - What `createResolver()` returned.
 */
declare function plugin (client: Resolver): (server: any) => void

declare namespace plugin {
  export { plugin as default }
}

export = plugin
