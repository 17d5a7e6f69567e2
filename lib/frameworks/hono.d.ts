import type { Resolver } from '../resolver'

/** What Hono's `getConnInfo` returns. */
export interface ConnInfo {
  remote: {
    address: string | undefined
    port: number | undefined
    addressType: 'IPv4' | 'IPv6' | undefined
  }
}

/**
 * A function in the shape of Hono's `getConnInfo`, for its server on Node.
 *
 * @param client - What `createResolver()` returned.
 */
export function connInfo (client: Resolver): (c: { env: any }) => ConnInfo
