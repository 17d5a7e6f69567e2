/**
 * The clients of the requests in a log, and what a change of a setting does to them.
 * docs/logs.md has the formats, the rules and recipes.
 */

import type { Transform } from 'node:stream'
import type { Options as ResolverOptions, Resolver } from '../resolver'

/** Express's `trust proxy`, a function that this package made from one, or the resolver's options. */
export type Setting =
  boolean | number | string | readonly string[] | ((address: string, i: number) => boolean) | { strict: ResolverOptions }

export type Column = 'client' | 'reason' | 'hop' | 'protocol'

export interface Format {
  /** `nginx`, `apache`, `cloudfront`, `haproxy`, `json:peer=.remote,xff=.headers.xff`, `tsv:peer=1,xff=3` or `csv:peer=1,xff=3` */
  format: string
  /** The first line of CSV names the columns. */
  header?: boolean
}

export interface LogOptions extends Format {
  trust: Setting
  /** `['client']` if left out. */
  columns?: readonly Column[]
  /** Where the columns are put; before the line if left out, or as the last keys of JSON. */
  place?: 'before' | 'after' | 'replace' | 'alone' | 'rsyslog'
}

export interface Counters {
  /** Lines without comments. */
  lines: number
  /** Lines that cannot be read. They pass without a client. */
  unreadable: number
  /** Lines whose client is not the peer. */
  changed: number
}

export interface LogStream extends Transform {
  readonly counters: Counters
}

/**
 * A stream: bytes of a log in, the same lines with their clients out.
 *
 * @throws TypeError - if an option is wrong
 */
export function createLogStream (options: LogOptions): LogStream

/** A stream, or anything else that yields bytes or text; not a string, which would yield characters. */
export type Source = object & (AsyncIterable<Uint8Array | string> | Iterable<Uint8Array | string>)

/**
 * Yields lines with their clients, without line ends.
 *
 * @throws TypeError - if the source is a string or an option is wrong
 */
export function logLines (
  source: Source,
  options: LogOptions
): AsyncGenerator<string, void>

export interface Change {
  before: number
  after: number
}

export interface Transition {
  from: string
  to: string
  requests: number
  /** The first line of the log with this transition, cut. */
  example: string
}

export interface Group {
  client: string
  /** How many clients it was before, or becomes. */
  clients: number
  requests: number
  some: string[]
}

/** What another setting changes; `String()` makes text of it. */
export interface Report {
  format: string
  before: unknown
  after: unknown
  lines: number
  unreadable: number
  requests: number
  /** Requests with another client. */
  changed: number
  share: number
  clients: Change
  /** Rate-limit keys: IPv6 addresses by their /56. */
  keys: Change
  /** The largest ones. */
  transitions: Transition[]
  transitionsInAll: number
  /** How many clients combine several earlier ones; the largest are in `merges`. */
  merged: number
  merges: Group[]
  /** How many clients become several; the largest are in `splits`. */
  split: number
  splits: Group[]
  /** Requests whose client is an internal address. */
  private: Change
  /** Requests whose client is not an address. */
  invalid: Change
  /** Requests whose hops are all trusted, so that a longer header would change the client. */
  forgeable: Change
  /** Requests that have entries with ports. */
  ports: number
}

/**
 * Compares two settings over a log.
 *
 * @throws TypeError - if the source is a string or an option is wrong
 */
export function compareLogs (
  source: Source,
  options: Format & { trust: Setting, compare: Setting }
): Promise<Report>

/** Returns a report as one HTML page that loads nothing else. */
export function reportPage (report: Report): string

/** Published on the channel `proxy-addr-native:shadow` for each difference. */
export interface Difference {
  before: unknown
  after: unknown
  request: any
}

export interface Shadow {
  /** The answer of the current setting, whatever the candidate does. */
  (req: any): string | undefined
  /** For `app.use()`: compares, and changes nothing. */
  middleware (req: any, res: any, next: () => void): void
  stats (): { requests: number, sampled: number, changed: number, errors: number }
}

/**
 * Answers as the current setting does, and gives a share of all requests to a
 * candidate, too.
 *
 * @throws TypeError - if an option or the current setting is wrong
 */
export function createShadow (
  current: Exclude<Setting, { strict: ResolverOptions }> | Resolver,
  candidate: Exclude<Setting, { strict: ResolverOptions }> | Resolver,
  options?: { sample?: number, random?: () => number }
): Shadow
