/**
 * The address of the client that sent `req`, found by walking from the socket
 * back through `X-Forwarded-For` for as long as the addresses are trusted.
 *
 * The result is the first address that is not trusted, or the furthest one if
 * all are. It is the text as it stood in the header, which need not be an
 * address at all if a trusted proxy passed on something else.
 *
 * It is `undefined` where the socket has no remote address (a Unix socket, or
 * a client that has already gone away) and nothing was trusted. The types of
 * `proxy-addr` leave that out.
 *
 * @param req - The request, of `node:http`, `node:https`, the compatibility
 * API of `node:http2`, or anything with `headers` and a `socket`.
 * @param trust - Which addresses are proxies of your own: a subnet or a name,
 * a list of them, or a function. A string or list is compiled at each call;
 * if it stays the same, pass the result of {@link proxyaddr.compile} instead.
 * @returns The address of the client, or `undefined` as said above.
 * @throws TypeError - `req argument is required`, `trust argument is
 * required`, and everything that {@link proxyaddr.compile} throws.
 *
 * @example
 * ```js
 * const address = proxyaddr(req, ['loopback', '10.0.0.0/8'])
 * ```
 */
declare function proxyaddr (
  req: proxyaddr.Request,
  trust: proxyaddr.Address | readonly proxyaddr.Address[] | proxyaddr.TrustFunction
): string | undefined

declare namespace proxyaddr {
  /**
   * One entry of a trust list: a name, an IPv4 or IPv6 address, a subnet with
   * the length of its prefix in bits (`10.0.0.0/8`, `fd00::/8`), or an IPv4
   * subnet with a netmask (`10.0.0.0/255.0.0.0`).
   *
   * - `loopback` is `127.0.0.1/8` and `::1/128`
   * - `linklocal` is `169.254.0.0/16` and `fe80::/10`
   * - `uniquelocal` is `10.0.0.0/8`, `172.16.0.0/12`, `192.168.0.0/16` and
   *   `fc00::/7`
   */
  export type Address = 'linklocal' | 'loopback' | 'uniquelocal' | (string & {})

  /**
   * Returns whether an address belongs to a trusted proxy.
   *
   * It is called with each address in turn, nearest first, until it returns
   * something falsy; it is never called with the furthest address. It must
   * answer synchronously: a promise is truthy, so an `async` function would
   * trust everybody.
   *
   * @param addr - The address: the text of the header's entry, which need not
   * be an address at all. For `i = 0` it is the address of the socket, which
   * may be `undefined`.
   * @param i - The distance: 0 for the socket, 1 for the last entry of the
   * header, and so on.
   */
  export type TrustFunction = (addr: string, i: number) => boolean

  /** The headers of a request, by their names in lower case. */
  export interface Headers {
    readonly [name: string]: string | readonly string[] | undefined
  }

  /** The property of a socket that is read. */
  export interface Socket {
    /** The address of the peer, where it has one. */
    readonly remoteAddress?: string | undefined
  }

  /** The properties of a request that are read. */
  export interface RequestWithSocket {
    readonly headers: Headers
    readonly socket: Socket
  }

  /** A request that has its socket under the old name only. */
  export interface RequestWithConnection {
    readonly headers: Headers
    readonly socket?: null | undefined
    readonly connection: Socket
  }

  /**
   * A request, as far as the functions read it. Requests of `node:http`,
   * `node:https` and the compatibility API of `node:http2` have this shape, as
   * have those of the frameworks built on them.
   */
  export type Request = RequestWithSocket | RequestWithConnection

  /**
   * The addresses of a request, nearest first: that of the socket, then the
   * entries of `X-Forwarded-For` from the last to the first. With `trust`, the
   * list ends with the first address that is not trusted.
   *
   * The first element is `undefined`, contrary to its type, if the socket
   * has no remote address.
   *
   * @param req - The request.
   * @param trust - As for {@link proxyaddr}; without it, the list is complete.
   * @returns A new array of at least one element.
   * @throws TypeError - `argument req is required`, and everything that
   * {@link proxyaddr.compile} throws.
   *
   * @example
   * ```js
   * const [peer, ...forwarded] = proxyaddr.all(req)
   * const upToTheClient = proxyaddr.all(req, 'loopback')
   * ```
   */
  export function all (
    req: Request,
    trust?: Address | readonly Address[] | TrustFunction
  ): string[]

  /**
   * Compiles a trust list into a function, to be used as often as needed: as
   * the `trust` of the other functions, as Express's `trust proxy` setting, or
   * by calling it.
   *
   * Only the address counts; the function takes the distance so that it has the
   * type of every other trust function. Text that is not an address, and any
   * value that is not a string, is not trusted.
   *
   * @param val - A subnet or a name, or a list of them. An empty list trusts
   * nothing.
   * @returns The trust function.
   * @throws TypeError - `argument is required`, `unsupported trust argument`,
   * `invalid IP address: …` or `invalid range on address: …`.
   *
   * @example
   * ```js
   * const trust = proxyaddr.compile(['loopback', '10.0.0.0/8'])
   *
   * trust('10.1.2.3', 0) // true
   * app.set('trust proxy', trust)
   * ```
   */
  export function compile (val: Address | readonly Address[]): TrustFunction

  /**
   * What Express's `trust proxy` setting may be: nobody (`false`), everybody
   * (`true`), a number of hops, a trust list, the same as text separated by
   * commas, or a trust function.
   */
  export type Setting =
    boolean | number | Address | readonly Address[] | TrustFunction | null | undefined

  /**
   * The trust function that Express 5 makes from a value of its `trust proxy`
   * setting, for programs that have the setting but not Express.
   *
   * With such a function, whether it was made from a list, a number of hops or
   * `true`, the other functions answer without a call for each hop.
   *
   * @param setting - The setting. A string is split at commas, and its parts are
   * trimmed; the elements of an array are not. A number need not be an integer:
   * an address is trusted if its distance is less. A falsy setting trusts nobody.
   * @returns The trust function; a function is returned as it is.
   * @throws TypeError - what {@link proxyaddr.compile} throws for a list, and
   * `unsupported trust argument` for anything else.
   *
   * @example
   * ```js
   * const trust = proxyaddr.trustProxy('loopback, 10.0.0.0/8')
   * const client = proxyaddr(req, trust)
   * const behindTwo = proxyaddr(req, proxyaddr.trustProxy(2))
   * ```
   */
  export function trustProxy (setting?: Setting): TrustFunction

  /**
   * The setting in an environment variable, for `app.set('trust proxy', …)` and
   * {@link proxyaddr.trustProxy}.
   *
   * - unset, empty or blank: `false`
   * - `true`, `yes`, `on`, `false`, `no`, `off`, in any case: a boolean
   * - digits: a number of hops
   * - anything else: a list, separated by commas, of what
   *   {@link proxyaddr.compile} takes, except one-part addresses: `1` in a list
   *   would be 0.0.0.1
   *
   * @param name - The variable's name; `TRUST_PROXY` if left out.
   * @param env - The environment; `process.env` if left out.
   * @returns The setting.
   * @throws TypeError - for any other value. The message names the variable,
   * its value, what is wrong with it, and what is accepted.
   *
   * @example
   * ```js
   * app.set('trust proxy', proxyaddr.fromEnv())
   * ```
   */
  export function fromEnv (
    name?: string,
    env?: { readonly [name: string]: string | undefined }
  ): boolean | number | string[]

  /**
   * How the client of a request was found, as plain data. `String(explanation)`
   * is a short, readable trace, in which text that others wrote is escaped.
   */
  export interface Explanation {
    /**
     * What {@link proxyaddr} answers; absent with an `error`. As there, it need
     * not be an address, and is `undefined` where the socket has none.
     */
    address?: string | undefined
    /**
     * Why the walk ended where it did; absent with an `error`.
     *
     * - `untrusted`: the address is not trusted
     * - `not an address`: the client's text is not an address
     * - `no socket address`: the socket has no address, so it is not trusted
     * - `end of chain`: every hop before it is trusted, and it is the last
     * - `itself trusted`: the same, and a list trusts it, too: a proxy that did
     *   not pass on its caller's address
     * - `too few hops`: it is the last, and there are fewer entries than trusted
     *   hops
     * - `no header`, `empty header`, `unreadable header`: there is only the
     *   socket's address, because `X-Forwarded-For` is missing, has no entries,
     *   or cannot be read
     */
    reason?:
      'untrusted' | 'not an address' | 'no socket address' | 'end of chain' |
      'itself trusted' | 'too few hops' | 'no header' | 'empty header' |
      'unreadable header'
    /** The message of the error that {@link proxyaddr} throws instead. */
    error?: string
    /** Remarks on facts outside the walk, if there are any: at most 5. */
    remarks?: Explanation.Remark[]
    /** The chain, nearest first, as far as it could be read and there is room. */
    hops: Explanation.Hop[]
    /** How many hops were left out; absent if none were. */
    omitted?: Explanation.Omitted
  }

  /** How much {@link proxyaddr.explain} is to describe. */
  export interface ExplainOptions {
    /** At most this many hops, 32 if left out: a trace then has 40 lines at most. */
    maxHops?: number | undefined
  }

  export namespace Explanation {
    /** A fact outside the walk, such as a header that is not read. */
    interface Remark {
      /** The kind of remark: a code listed in docs/api.md. */
      code: string
      /** The remark in words, with a remedy. */
      message: string
    }

    /** The hops of a long chain that are not in `hops`. */
    interface Omitted {
      /** The place in `hops` where trusted hops are left out. */
      at: number
      /** How many trusted hops are left out there. */
      trusted: number
      /** How many are left out at the end, where they were not reached. */
      unreached: number
    }

    /** One address of the chain. */
    interface Hop {
      /** Where it comes from. */
      from: 'socket' | 'header'
      /** Where it begins in `X-Forwarded-For`, in UTF-16 units. */
      start?: number
      /** Where it ends there: after its last unit. */
      end?: number
      /** The text as it stood there; absent if there was none. */
      text?: string
      /**
       * The address in canonical form; absent if the text is not an address. A
       * mapped address is IPv4: `::ffff:10.0.0.1` is `10.0.0.1`.
       */
      canonical?: string
      /**
       * The unusual features of its spelling: `mapped`, `octal`, `hex`,
       * `onePart`, `zeros`, `zone`, `colon`, `unread`.
       */
      forms?: string[]
      /** What is wrong with a text that is not an address. */
      fault?: Fault
      /**
       * - `trusted`, `untrusted`: as the setting decides
       * - `not asked`: the end of the chain, about which a trust function is
       *   never asked
       * - `not reached`: beyond the client, who may have made it up
       * - `not judged`: because of the explanation's `error`
       */
      verdict: 'trusted' | 'untrusted' | 'not asked' | 'not reached' | 'not judged'
      /** Why it is trusted, if it is. */
      by?: Reason
    }

    /** What is wrong with a text, and where in it. */
    interface Fault {
      /** `port`, `bracket`, `space`, `unknown`, ...: see docs/api.md. */
      kind: string
      /** Where it begins in the text, in UTF-16 units. */
      start: number
      /** Where it ends; equal to `start` if something is missing there. */
      end: number
      /** The same in words. */
      message: string
    }

    /** Why an address is trusted. */
    interface Reason {
      /** A trust list, a number of hops, everybody, or a function of yours. */
      rule: 'list' | 'hops' | 'all' | 'function'
      /**
       * For a list: the first entry that the address matches, as given. This and
       * the list's other properties are absent if it was compiled before and has
       * more than 4,096 entries, because those are not kept.
       */
      entry?: string
      /** For a live list: its name, such as `cloudflare`. */
      list?: string
      /** For a live list: the seconds since the last good answer. */
      age?: number
      /** For a list: the place of that entry. */
      index?: number
      /** For a list: the name, if that entry is one. */
      name?: string
      /** For a list: the subnet that the address is in, in canonical form. */
      subnet?: string
      /** For a number of hops: that number. */
      hops?: number
      /** For a function: the type of its answer, or `promise`. */
      returned?: string
    }
  }

  /**
   * Says how {@link proxyaddr} finds the client of a request, and why it is
   * that one. Its `address` is always the answer of {@link proxyaddr}.
   *
   * A trust function of your own is called as {@link proxyaddr} would call it.
   *
   * @param req - The request.
   * @param trust - As for {@link proxyaddr}.
   * @returns The explanation. If {@link proxyaddr} would throw because of its
   * arguments, the explanation has an `error` and no `address`.
   * @param options - See {@link proxyaddr.ExplainOptions}.
   * @throws TypeError - `req argument is required`, or an option is unknown or
   * wrong; nothing else.
   *
   * @example
   * ```js
   * console.log(String(proxyaddr.explain(req, ['loopback', '10.0.0.0/8'])))
   * ```
   */
  export function explain (
    req: Request,
    trust: Address | readonly Address[] | TrustFunction,
    options?: ExplainOptions
  ): Explanation

  /** Something that {@link proxyaddr.lint} finds wrong with a setting. */
  export interface Problem {
    /** The kind of problem: a code listed in docs/api.md. Codes never change. */
    code: string
    /**
     * - `danger`: somebody can choose their address, the setting is refused, or
     *   it certainly does not mean what it says
     * - `warning`: probably a mistake, or right only under a condition that the
     *   setting does not show
     * - `hint`: it could be simpler
     */
    level: 'danger' | 'warning' | 'hint'
    /** The entry of the list; absent if the problem concerns the whole setting. */
    entry?: string
    /** The place of that entry in the list, which is split at commas if it is text. */
    index?: number
    /** The name of the live list that contains the entry, if one does. */
    list?: string
    /** Why it is a problem, in a sentence. */
    reason: string
    /**
     * What to use instead of the entry, or of the setting if there is no entry.
     * Absent if that is not known, or a danger itself.
     */
    instead?: boolean | number | string | string[]
  }

  /**
   * Looks for problems in a value of the `trust proxy` setting.
   *
   * A function is never called, so little is known about it: only that an `async`
   * function, or a generator, trusts everybody. A function that this package made
   * is judged as the setting that it was made from.
   *
   * @param setting - As for {@link proxyaddr.trustProxy}, or anything else.
   * @param options - See {@link proxyaddr.LintOptions}.
   * @returns The problems, the most dangerous first, and otherwise in the order
   * of the list; none if nothing was found.
   *
   * @example
   * ```js
   * for (const { level, entry, reason, instead } of proxyaddr.lint('10.1.2.3/8')) {
   *   console.warn(level, entry, reason, instead)
   * }
   * ```
   */
  export function lint (setting?: unknown, options?: LintOptions): Problem[]

  /** What {@link proxyaddr.lint} leaves out. */
  export interface LintOptions {
    /** The codes of problems to leave out. An unknown code is a TypeError. */
    ignore?: readonly string[] | undefined
  }

  /**
   * The engine in use: `native` is the addon compiled from C; `wasm` is the same
   * code as WebAssembly, for environments that load no addon. The environment
   * variable `PROXY_ADDR_ENGINE` forces one of them.
   */
  export const engine: 'native' | 'wasm'

  export { proxyaddr as default, proxyaddr }
}

export = proxyaddr
