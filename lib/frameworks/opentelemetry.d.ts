import type { Resolver } from '../resolver'

/**
 * For `new HttpInstrumentation({ startIncomingSpanHook })`: the span's addresses
 * are the resolver's. Where there is no address, the span has none either.
 *
 * @param client - What `createResolver()` returned.
 */
export function startIncomingSpanHook (client: Resolver): (request: any) => Record<string, any>
