/**
 * One strict answer to who the client is, the same in every server. The rules
 * are in docs/resolver.md.
 */

/** A name, `unix`, a strict address or subnet, or a list that changes. */
export type Entry = Name | LiveList | (string & {})

export type Name = 'loopback' | 'linklocal' | 'uniquelocal' | 'private' | 'cgnat' | 'unix'

/** A list that keeps itself current. */
export interface LiveList {
  /** Called with a canonical address; anything but `true` is not trusted. */
  has (address: string): boolean
  readonly state?: { readonly stale?: boolean }
}

/** Called with a canonical address and its place, 0 for the peer. */
export type TrustFunction = (address: string, hop: number) => boolean

/** A header with one address, and who may set it. */
export interface FromHeader {
  /** In lower case. */
  name: string
  from: string | LiveList | readonly Entry[]
}

export type ChainHeader = 'x-forwarded-for' | 'forwarded'

interface Common {
  /** How many entries are read at most, from the right: 1 to 1000; 20 if left out. */
  maxEntries?: number
  /** Believe `X-Forwarded-Proto`, or `proto=`; true if left out. */
  protocol?: boolean
  /** Believe `X-Forwarded-Host` and `-Port`, or `host=`; false if left out. */
  host?: boolean
  /** Print anomalies, once for each kind and peer in 15 minutes. */
  warn?: boolean
}

/** Whom to trust. */
export type Trust = string | false | LiveList | TrustFunction | readonly Entry[] | readonly (readonly Entry[])[]

export type Header = ChainHeader | FromHeader | readonly (ChainHeader | FromHeader)[]

/** Headers of which at least one says who may set it. */
export type SomeFrom =
  FromHeader | readonly [FromHeader, ...(ChainHeader | FromHeader)[]] | readonly [ChainHeader, FromHeader, ...FromHeader[]]

/** At least one of `trust`, `hops`, and a header with `from`. */
export type Options = Common & (
  | { trust: Trust, hops?: number, header?: Header }
  | { trust?: never, hops: number, header?: Header }
  | { trust?: never, hops?: never, header: SomeFrom }
)

export type Reason =
  'no-peer' | 'direct' | 'forwarded' | 'all-trusted' | 'no-header' | 'provider' |
  'invalid-entry' | 'chain-too-short' | 'chain-too-long'

export type Anomaly =
  'untrusted-peer-with-header' | 'trusted-peer-without-header' | 'invalid-entry' | 'chain-too-short' |
  'chain-too-long' | 'all-trusted' | 'other-header-present' | 'provider-header-ignored' | 'headers-disagree' |
  'protocol-ambiguous' | 'host-invalid' | 'list-stale'

/** Everything that is known about a request. */
export interface Result {
  /** Canonical; `undefined` if the client cannot be determined. */
  address: string | undefined
  /** The port that was written with the address. */
  port: number | undefined
  family: 4 | 6 | undefined
  /** The entry as it was written. */
  text: string | undefined
  /** The client's place, 0 for the peer. */
  hop: number | undefined
  reason: Reason
  /** The furthest proxy that is trusted. */
  lastProxy: string | undefined
  /** The proxies that are trusted, nearest first. */
  proxies: string[]
  peer: string | undefined
  /** The header that decided. */
  header: string | undefined
  /** `undefined` where there is no socket: {@link Resolver.from}. */
  protocol: string | undefined
  host: string | undefined
  secure: boolean
  anomalies: Anomaly[]
}

/** Counters, for a metrics system to collect. */
export interface Stats {
  answers: number
  reasons: Record<Reason, number>
  anomalies: Record<Anomaly, number>
}

/** A request of `node:http`, or an object with these properties of one. */
export interface Request {
  headers: any
  rawHeaders?: any
  socket?: any
  connection?: any
}

/** Made by {@link createResolver}. */
export interface Resolver {
  /** The client's canonical address, or `undefined`. */
  (req: Request): string | undefined
  /** Everything that is known. */
  resolve (req: Request): Result
  /**
   * The same without a request object.
   *
   * @param peer - May have a port and brackets.
   * @param headers - `Headers`, an object with names in any letter case, or the
   * text of the chain header.
   */
  from (peer: string | undefined, headers: Headers | Record<string, string | readonly string[] | undefined> | string): Result
  /** For Express's `trust proxy` and Fastify's `trustProxy`. */
  trust: (address: string | undefined, hop: number) => boolean
  /**
   * A key to count by. For an IPv6 address it is the network, of `prefix` bits (56
   * if left out); without an address it is `'unknown'`.
   */
  key (req: Request, options?: { prefix?: number }): string
  stats (): Stats
  /** Escaped plain data for an admin page. */
  describe (req: Request): Record<string, unknown>
  /** How the client was found; `String()` makes text of it. */
  explain (req: Request): Explanation
  /** Problems of the options. */
  lint (): Problem[]
}

export interface Explanation {
  address: string | undefined
  reason: Reason
  /** The chain, nearest first, with at most 32 of the hops that were not reached. */
  hops: Hop[]
  /** How many hops were left out; absent if none were. */
  omitted?: { at: number, trusted: number, unreached: number }
  toString (): string
}

/** One address of the chain. */
export interface Hop {
  from: 'socket' | 'header'
  start?: number
  end?: number
  text?: string
  canonical?: string
  verdict: 'trusted' | 'untrusted' | 'not an address' | 'not reached' | 'provider'
  /** What is wrong with an entry of X-Forwarded-For, and where in `text`. */
  fault?: { kind: string, start: number, end: number, message: string }
  /** Why it is refused, if it is an address to more tolerant readers: `octal`, `onePart`, … */
  forms?: string[]
}

export interface Problem {
  code: string
  level: 'danger' | 'warning' | 'hint'
  entry?: string
  index?: number
  reason: string
  instead?: unknown
}

/**
 * Makes a resolver.
 *
 * @throws TypeError - if an option is wrong: it names the option, the part, and
 * what is accepted.
 */
export function createResolver (options: Options): Resolver

/** Looks for problems in options. */
export function lint (options: unknown): Problem[]
