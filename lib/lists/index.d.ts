import type { TrustFunction } from '../index'

/** Options of every list. Times are in milliseconds. */
export interface ListOptions {
  /**
   * A file that the last good list is written to, and read from when the list is
   * made, so that no start depends on a network. Each list needs its own.
   */
  snapshot?: string
  /** How long an attempt may take; 10 s. Time in which the event loop is blocked hardly counts. */
  timeout?: number
  /**
   * How long to wait between two attempts, give or take a tenth; an hour. Failures
   * double it, up to a day. For a file, how often it is checked: 1 s.
   */
  interval?: number
  /** Without a good answer for this long, the list is stale; seven days. */
  maxAge?: number
  /** Accept prefixes wider than /8, or /19 for IPv6. */
  allowWide?: boolean
  /** Accept a list that lost more than half of its entries or addresses. */
  allowShrink?: boolean
  /** Accept a list that grew tenfold. */
  allowGrowth?: boolean
}

/** How a list is downloaded. */
export interface ConnectionOptions {
  /**
   * An `https.Agent`, for instance one that goes through a proxy. Without it,
   * connections are direct: environment variables are ignored.
   */
  agent?: object
  /** Certificates to trust instead of Node's own, as for `tls.connect()`. */
  ca?: string | Uint8Array | ReadonlyArray<string | Uint8Array>
}

/** The formats in which lists are published. */
export type Format = 'lines' | 'cloudflare' | 'aws' | 'google' | 'fastly' | 'azure'

/** How a list is read. */
export interface ParseOptions {
  /** The name of a format, or a function from a text to entries. */
  parse?: Format | ((text: string) => string[] | PromiseLike<string[]>)
  /** A service of AWS, or a tag of Azure: `CLOUDFRONT_ORIGIN_FACING`, `AzureFrontDoor.Backend`. */
  service?: string
  /** What explanations call the list. */
  name?: string
}

/** The outcome of an attempt. */
export type Outcome =
  | { outcome: 'updated', added: string[], removed: string[] }
  | { outcome: 'unchanged' }
  | { outcome: 'refused', error: ListError }
  | { outcome: 'closed' }

/** The state of a list. */
export interface State {
  /** How many entries it has. */
  entries: number
  /** What it is read from: a name, an address or a path. */
  source: string
  /** When the last good answer came; "not modified" is one, too. */
  fetchedAt: Date | undefined
  /** Seconds since then, by the monotonic clock. */
  age: number | undefined
  etag: string | undefined
  /** Why the last attempt failed, or the snapshot could not be used; cleared by success. */
  lastError: ListError | undefined
  /** Whether there has been no good answer for `maxAge`. */
  stale: boolean
}

/** What the event `update` reports. */
export interface Update {
  list: string
  version: number
  entries: number
  added: string[]
  removed: string[]
}

/** What the event `refused` reports. */
export interface Refused {
  list: string
  rule: string
  message: string
  seen: unknown
  error: ListError
}

/** What the event `stale` reports. */
export interface Stale {
  list: string
  age: number | undefined
  lastError: ListError | undefined
}

/**
 * Why a list, a download or a snapshot was refused. `rule` is one of `network`,
 * `timeout`, `status`, `redirect`, `https`, `address`, `not-asked`, `type`,
 * `encoding`, `size`, `incomplete`, `format`, `customers`, `entry`, `empty`,
 * `family`, `wide`, `coverage`, `shrink`, `growth`, `snapshot`, `file`, `source`
 * and `closed`.
 */
export class ListError extends Error {
  private constructor ()
  readonly rule: string
  /** What broke the rule. */
  readonly seen: unknown
}

/**
 * A list that keeps itself current. Its timers and background downloads do not
 * keep the process alive; reading `ready` and calling `refresh()` do, until they
 * settle.
 */
export interface LiveList {
  /** Such as `cloudflare`. */
  readonly name: string
  /**
   * Returns whether an address is in the list: for Express's `trust proxy`,
   * Fastify's `trustProxy`, `proxyaddr()`, or to be called. The function stays the
   * same; the entries that it uses are replaced in one step.
   */
  readonly trust: TrustFunction
  /**
   * Resolves when there is a list, which with a snapshot is at once. Rejects if the
   * first attempt fails without one; the list then trusts nobody, and tries again.
   * You need not wait for it.
   */
  readonly ready: Promise<void>
  /** How often the entries have changed; 0 as long as there are none. */
  readonly version: number
  /** The entries in use; each change makes a new array. */
  readonly entries: readonly string[]
  readonly state: State
  /** The same as `trust`. `createResolver()` recognises a list among its entries by it. */
  has (address: unknown): boolean
  /** Reads the source now. Never rejects. */
  refresh (): Promise<Outcome>
  /** Stops updating. The list keeps its entries. */
  close (): void
  on (event: 'update', listener: (update: Update) => void): this
  on (event: 'refused', listener: (refused: Refused) => void): this
  on (event: 'stale', listener: (stale: Stale) => void): this
  once (event: 'update', listener: (update: Update) => void): this
  once (event: 'refused', listener: (refused: Refused) => void): this
  once (event: 'stale', listener: (stale: Stale) => void): this
  off (event: 'update' | 'refused' | 'stale', listener: (...args: any[]) => void): this
}

/**
 * The functions that make live lists. All throw a TypeError for an invalid option.
 *
 * @example
 * ```js
 * const edge = lists.cloudflare({ snapshot: 'cloudflare.json' })
 * app.set('trust proxy', edge.trust)
 * ```
 */
export declare const lists: {
  /** A file, checked every second: one entry a line, or any of the formats. */
  file (path: string, options?: ListOptions & ParseOptions): LiveList
  /** An https address, read as `lines` without `parse`. `type` is its media type if not the usual one. */
  url (address: string, options?: ListOptions & ParseOptions & ConnectionOptions & { type?: string }): LiveList
  /** The entries that a function returns. To have a snapshot, it needs a name. */
  from (
    ask: (context: { signal: AbortSignal }) => string[] | PromiseLike<string[]>,
    options?: ListOptions & { name?: string }
  ): LiveList
  /** https://api.cloudflare.com/client/v4/ips, or with `text` https://www.cloudflare.com/ips-v4 and -v6. */
  cloudflare (options?: ListOptions & ConnectionOptions & { format?: 'json' | 'text' }): LiveList
  /** A service of https://ip-ranges.amazonaws.com/ip-ranges.json whose addresses are proxies. */
  aws (
    service: 'CLOUDFRONT_ORIGIN_FACING' | 'CLOUDFRONT' | 'GLOBALACCELERATOR' | 'ROUTE53_HEALTHCHECKS',
    options?: ListOptions & ConnectionOptions
  ): LiveList
  /** https://api.fastly.com/public-ip-list */
  fastly (options?: ListOptions & ConnectionOptions): LiveList
  /** One of Azure's service tags. The address of their file changes every week. */
  azure (tag: string, address: string, options?: ListOptions & ConnectionOptions): LiveList
  /** 130.211.0.0/22 and 35.191.0.0/16. These do not change, so nothing is fetched. */
  googleLoadBalancers (options?: ListOptions): LiveList
}
