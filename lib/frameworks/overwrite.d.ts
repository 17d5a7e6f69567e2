import type { Resolver } from '../resolver'

/**
 * Makes a function that puts verified values into a request's headers, for code
 * that reads them by itself: `x-forwarded-for` becomes the client's address
 * (`unknown` if there is none), and `x-forwarded-proto` and `x-forwarded-host`
 * become what the client asked for. `forwarded` and `x-forwarded-port` are removed.
 *
 * @param client - What `createResolver()` returned.
 */
export function overwrite (client: Resolver): <Request extends { headers: any }>(req: Request) => Request
