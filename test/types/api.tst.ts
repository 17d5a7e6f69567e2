import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Http2ServerRequest } from 'node:http2'
import type { Socket } from 'node:net'
import { describe, expect, test } from 'tstyche'
import proxyaddr = require('proxy-addr-native')
import install = require('proxy-addr-native/express')
import { ListError, lists } from 'proxy-addr-native/lists'
import type { LiveList, Outcome } from 'proxy-addr-native/lists'
import { createResolver } from 'proxy-addr-native/resolver'
import type { Reason, Resolver, Result } from 'proxy-addr-native/resolver'

declare const req: IncomingMessage
declare const http2Req: Http2ServerRequest
declare const socket: Socket

describe('proxyaddr()', () => {
  test('gives a string, or undefined where the socket has no address', () => {
    expect(proxyaddr(req, 'loopback')).type.toBe<string | undefined>()
  })

  test('takes a name, a subnet, a list or a function for trust', () => {
    expect(proxyaddr).type.toBeCallableWith(req, 'loopback')
    expect(proxyaddr).type.toBeCallableWith(req, '10.0.0.0/8' as string)
    expect(proxyaddr).type.toBeCallableWith(req, ['loopback', '10.0.0.0/8'])
    expect(proxyaddr).type.toBeCallableWith(req, ['loopback', '10.0.0.0/8'] as const)
    expect(proxyaddr).type.toBeCallableWith(req, [] as string[])
    expect(proxyaddr).type.toBeCallableWith(req, Object.freeze(['loopback']))
    expect(proxyaddr).type.toBeCallableWith(req, (addr: string, i: number) => i < 1 && addr !== '')
    expect(proxyaddr).type.toBeCallableWith(req, (addr: string) => addr === '127.0.0.1')
    expect(proxyaddr).type.toBeCallableWith(req, () => true)
    expect(proxyaddr).type.toBeCallableWith(req, proxyaddr.compile('loopback'))
  })

  test('needs both of its arguments', () => {
    expect(proxyaddr).type.not.toBeCallableWith()
    expect(proxyaddr).type.not.toBeCallableWith(req)
    expect(proxyaddr).type.not.toBeCallableWith(undefined, 'loopback')
    expect(proxyaddr).type.not.toBeCallableWith(req, undefined)
    expect(proxyaddr).type.not.toBeCallableWith(req, null)
    expect(proxyaddr).type.not.toBeCallableWith(req, 'loopback', 'linklocal')
  })

  test('refuses what it would throw at', () => {
    expect(proxyaddr).type.not.toBeCallableWith(req, 1)
    expect(proxyaddr).type.not.toBeCallableWith(req, true)
    expect(proxyaddr).type.not.toBeCallableWith(req, [1])
    expect(proxyaddr).type.not.toBeCallableWith(req, [['loopback']])
    expect(proxyaddr).type.not.toBeCallableWith(req, new Set(['loopback']))
    expect(proxyaddr).type.not.toBeCallableWith(req, Buffer.from('loopback'))
    expect(proxyaddr).type.not.toBeCallableWith(req, /127/)
  })

  test('refuses an async function, which would trust everybody', () => {
    expect(proxyaddr).type.not.toBeCallableWith(req, async (addr: string) => addr === '127.0.0.1')
  })
})

describe('trustProxy()', () => {
  test('takes every setting of Express and gives a trust function', () => {
    expect(proxyaddr.trustProxy(2)).type.toBe<proxyaddr.TrustFunction>()
    expect(proxyaddr.trustProxy).type.toBeCallableWith()
    expect(proxyaddr.trustProxy).type.toBeCallableWith(true as boolean)
    expect(proxyaddr.trustProxy).type.toBeCallableWith('loopback, 10.0.0.0/8')
    expect(proxyaddr.trustProxy).type.toBeCallableWith(['loopback'] as const)
    expect(proxyaddr.trustProxy).type.toBeCallableWith((addr: string) => addr === '::1')
    expect(proxyaddr.trustProxy).type.toBeCallableWith(proxyaddr.fromEnv())
    expect(proxyaddr.trustProxy).type.toBeCallableWith(null)
  })

  test('refuses what it would throw at', () => {
    expect(proxyaddr.trustProxy).type.not.toBeCallableWith([1])
    expect(proxyaddr.trustProxy).type.not.toBeCallableWith({})
    expect(proxyaddr.trustProxy).type.not.toBeCallableWith(1n)
    expect(proxyaddr.trustProxy).type.not.toBeCallableWith(async () => true)
  })
})

describe('fromEnv()', () => {
  test('gives a setting', () => {
    expect(proxyaddr.fromEnv()).type.toBe<boolean | number | string[]>()
    expect(proxyaddr.fromEnv).type.toBeCallableWith('PROXIES')
    expect(proxyaddr.fromEnv).type.toBeCallableWith('PROXIES', process.env)
    expect(proxyaddr.fromEnv).type.toBeCallableWith(undefined, { TRUST_PROXY: '1' })
    expect(proxyaddr.fromEnv).type.not.toBeCallableWith(1)
    expect(proxyaddr.fromEnv).type.not.toBeCallableWith('PROXIES', { PROXIES: 1 })
  })
})

describe('a request', () => {
  test('may be one of node:http and node:http2', () => {
    expect(proxyaddr).type.toBeCallableWith(req, 'loopback')
    expect(proxyaddr).type.toBeCallableWith(http2Req, 'loopback')
    expect(proxyaddr.all).type.toBeCallableWith(req)
    expect(proxyaddr.all).type.toBeCallableWith(http2Req)
  })

  test('may be anything with headers and a socket', () => {
    expect(proxyaddr).type.toBeCallableWith({ headers: {}, socket }, 'loopback')
    expect(proxyaddr).type.toBeCallableWith({ headers: {}, socket: {} }, 'loopback')
    expect(proxyaddr).type.toBeCallableWith(
      { headers: { 'x-forwarded-for': '10.0.0.1' }, socket: { remoteAddress: '::1' } }, 'loopback')
    expect(proxyaddr).type.toBeCallableWith(
      { headers: { host: 'a' }, socket: { remoteAddress: undefined } }, 'loopback')
    expect(proxyaddr.all).type.toBeCallableWith({ headers: {}, socket })
  })

  test('may have a connection instead of a socket', () => {
    expect(proxyaddr).type.toBeCallableWith({ headers: {}, connection: socket }, 'loopback')
    expect(proxyaddr).type.toBeCallableWith(
      { headers: {}, socket: undefined, connection: { remoteAddress: '::1' } }, 'loopback')
    expect(proxyaddr.all).type.toBeCallableWith({ headers: {}, connection: socket })
  })

  test('may not lack its headers or both of its sockets', () => {
    expect(proxyaddr).type.not.toBeCallableWith({}, 'loopback')
    expect(proxyaddr).type.not.toBeCallableWith({ headers: {} }, 'loopback')
    expect(proxyaddr).type.not.toBeCallableWith({ socket }, 'loopback')
    expect(proxyaddr).type.not.toBeCallableWith({ headers: {}, socket: null }, 'loopback')
    expect(proxyaddr).type.not.toBeCallableWith(new URL('http://localhost'), 'loopback')
    expect(proxyaddr).type.not.toBeCallableWith(new Request('http://localhost'), 'loopback')
    expect(proxyaddr).type.not.toBeCallableWith('request', 'loopback')
  })

  test('may not have an address that is no string', () => {
    expect(proxyaddr).type.not.toBeCallableWith(
      { headers: {}, socket: { remoteAddress: 2130706433 } }, 'loopback')
    expect(proxyaddr).type.not.toBeCallableWith(
      { headers: { 'x-forwarded-for': 1 }, socket: {} }, 'loopback')
  })
})

describe('all()', () => {
  test('gives a list of strings that the caller may change', () => {
    expect(proxyaddr.all(req)).type.toBe<string[]>()
    expect(proxyaddr.all(req, 'loopback')).type.toBe<string[]>()
  })

  test('takes every form of trust, and none', () => {
    expect(proxyaddr.all).type.toBeCallableWith(req)
    expect(proxyaddr.all).type.toBeCallableWith(req, undefined)
    expect(proxyaddr.all).type.toBeCallableWith(req, ['10.0.0.1', 'linklocal'] as const)
    expect(proxyaddr.all).type.toBeCallableWith(req, (addr: string, i: number) => i < 1 && addr !== '')
    expect(proxyaddr.all).type.toBeCallableWith(req, proxyaddr.compile([]))
  })

  test('refuses what it would throw at', () => {
    expect(proxyaddr.all).type.not.toBeCallableWith()
    expect(proxyaddr.all).type.not.toBeCallableWith(undefined)
    expect(proxyaddr.all).type.not.toBeCallableWith(req, 1)
    expect(proxyaddr.all).type.not.toBeCallableWith(req, [null])
  })
})

describe('compile()', () => {
  test('gives a trust function', () => {
    expect(proxyaddr.compile('loopback')).type.toBe<proxyaddr.TrustFunction>()
    expect(proxyaddr.compile(['loopback'])).type.toBe<(addr: string, i: number) => boolean>()
    expect(proxyaddr.compile('loopback')('127.0.0.1', 0)).type.toBe<boolean>()
  })

  test('takes a name, a subnet or a list', () => {
    expect(proxyaddr.compile).type.toBeCallableWith('uniquelocal')
    expect(proxyaddr.compile).type.toBeCallableWith('10.0.0.0/255.0.0.0')
    expect(proxyaddr.compile).type.toBeCallableWith(['loopback', '::1'])
    expect(proxyaddr.compile).type.toBeCallableWith(['loopback', '::1'] as const)
  })

  test('refuses what it would throw at', () => {
    expect(proxyaddr.compile).type.not.toBeCallableWith()
    expect(proxyaddr.compile).type.not.toBeCallableWith(undefined)
    expect(proxyaddr.compile).type.not.toBeCallableWith(42)
    expect(proxyaddr.compile).type.not.toBeCallableWith(() => true)
    expect(proxyaddr.compile).type.not.toBeCallableWith([undefined])
    expect(proxyaddr.compile).type.not.toBeCallableWith('loopback', 'linklocal')
  })
})

describe('explain()', () => {
  test('gives an explanation', () => {
    expect(proxyaddr.explain(req, 'loopback')).type.toBe<proxyaddr.Explanation>()
    expect(proxyaddr.explain(req, 'loopback').address).type.toBe<string | undefined>()
    expect(proxyaddr.explain(req, 'loopback').error).type.toBe<string | undefined>()
    expect(proxyaddr.explain(req, 'loopback').hops).type.toBe<proxyaddr.Explanation.Hop[]>()
    expect<'end of chain'>().type.toBeAssignableTo<NonNullable<proxyaddr.Explanation['reason']>>()
    expect<'not reached'>().type.toBeAssignableTo<proxyaddr.Explanation.Hop['verdict']>()
    expect<string>().type.not.toBeAssignableTo<proxyaddr.Explanation.Hop['verdict']>()
  })

  test('takes what proxyaddr() takes', () => {
    expect(proxyaddr.explain).type.toBeCallableWith(req, ['loopback'] as const)
    expect(proxyaddr.explain).type.toBeCallableWith(req, proxyaddr.trustProxy(1))
    expect(proxyaddr.explain).type.toBeCallableWith(req, (addr: string, i: number) => i < 1 && addr !== '')
    expect(proxyaddr.explain).type.not.toBeCallableWith(req)
    expect(proxyaddr.explain).type.toBeCallableWith(req, 'loopback', { maxHops: 8 })
    expect(proxyaddr.explain).type.not.toBeCallableWith(req, 'loopback', { hops: 8 })
    expect(proxyaddr.explain).type.not.toBeCallableWith(req, 1)
    expect(proxyaddr.explain).type.not.toBeCallableWith({}, 'loopback')
  })
})

describe('lint()', () => {
  test('gives problems', () => {
    expect(proxyaddr.lint(true)).type.toBe<proxyaddr.Problem[]>()
    expect<proxyaddr.Problem['level']>().type.toBe<'danger' | 'warning' | 'hint'>()
    expect<proxyaddr.Problem>().type.toBeAssignableTo<{ code: string, reason: string, entry?: string }>()
  })

  test('takes anything', () => {
    expect(proxyaddr.lint).type.toBeCallableWith()
    expect(proxyaddr.lint).type.toBeCallableWith(1)
    expect(proxyaddr.lint).type.toBeCallableWith(['loopback'] as const)
    expect(proxyaddr.lint).type.toBeCallableWith(async () => true)
    expect(proxyaddr.lint).type.toBeCallableWith(1, { ignore: ['hops'] })
    expect(proxyaddr.lint).type.not.toBeCallableWith(1, 2)
  })
})

describe('the module', () => {
  test('shows itself under two further names', () => {
    expect(proxyaddr.default).type.toBe<typeof proxyaddr>()
    expect(proxyaddr.proxyaddr).type.toBe<typeof proxyaddr>()
    expect(proxyaddr.default.all(req)).type.toBe<string[]>()
  })

  test('names its engine', () => {
    expect(proxyaddr.engine).type.toBe<'native' | 'wasm'>()
  })

  test('completes the names, and takes any string', () => {
    expect<'loopback' | 'linklocal' | 'uniquelocal'>().type.toBeAssignableTo<proxyaddr.Address>()
    expect<string>().type.toBeAssignableTo<proxyaddr.Address>()
    expect<proxyaddr.Address>().type.toBeAssignableTo<string>()
    expect<number>().type.not.toBeAssignableTo<proxyaddr.Address>()
  })
})

describe('lists', () => {
  test('make lists, whose trust is a trust function', () => {
    expect(lists.cloudflare()).type.toBe<LiveList>()
    expect(lists.cloudflare().trust).type.toBe<proxyaddr.TrustFunction>()
    expect(proxyaddr).type.toBeCallableWith(req, lists.fastly().trust)
    expect(lists.from(async () => ['192.0.2.0/24'], { name: 'mine' }).refresh()).type.toBe<Promise<Outcome>>()
  })

  test('take their own options only', () => {
    expect(lists.url).type.toBeCallableWith('https://example.com/', { parse: 'google', type: 'text/plain' })
    expect(lists.url).type.not.toBeCallableWith('https://example.com/', { parse: 'xml' })
    expect(lists.fastly).type.not.toBeCallableWith({ parse: 'lines' })
    expect(lists.aws).type.not.toBeCallableWith('EC2')
  })

  test('say what was refused', () => {
    expect(lists.fastly().state.lastError).type.toBe<ListError | undefined>()
  })
})

/** As much of an app's type as @types/express declares, roughly. */
interface Application {
  (req: IncomingMessage, res: ServerResponse): any
  set (setting: string, val: any): this
  settings: any
  get (name: string): any
}
declare const app: Application

describe('install()', () => {
  test('takes an app, and gives it back', () => {
    expect(install(app)).type.toBe<Application>()
    expect(install(app, { remember: true })).type.toBe<Application>()
    expect(install.default(app, {})).type.toBe<Application>()
  })

  test('refuses what is no app', () => {
    expect(install).type.not.toBeCallableWith()
    expect(install).type.not.toBeCallableWith({})
    expect(install).type.not.toBeCallableWith(() => app)
    expect(install).type.not.toBeCallableWith(undefined)
  })

  test('refuses unknown options and wrong ones', () => {
    expect(install).type.not.toBeCallableWith(app, { rember: true })
    expect(install).type.not.toBeCallableWith(app, { remember: 1 })
    expect(install).type.toBeCallableWith(app, { lint: 'warn' })
    expect(install).type.toBeCallableWith(app, { lint: 'warn', ignore: ['hops'] })
    expect(install).type.not.toBeCallableWith(app, { lint: true })
    expect(install).type.not.toBeCallableWith(app, true)
    expect(install).type.not.toBeCallableWith(app, null)
  })
})

describe('createResolver()', () => {
  const from = { name: 'x-real-ip', from: ['10.0.0.1', lists.fastly()] }

  test('takes each kind of trust, hops and headers', () => {
    expect(createResolver).type.toBeCallableWith({ trust: ['loopback', '10.0.0.0/8', lists.cloudflare()] })
    expect(createResolver).type.toBeCallableWith({ trust: [['loopback'], ['10.0.0.0/8']] as const, hops: 2 })
    expect(createResolver).type.toBeCallableWith({ trust: 'private, cgnat', header: 'forwarded', maxEntries: 5 })
    expect(createResolver).type.toBeCallableWith({ trust: (address: string, hop: number) => hop < 1 && address !== '' })
    expect(createResolver).type.toBeCallableWith({ trust: false })
    expect(createResolver).type.toBeCallableWith({ hops: 1, header: [from, 'x-forwarded-for'], host: true })
    expect(createResolver).type.toBeCallableWith({ header: from })
    expect(createResolver).type.toBeCallableWith({ header: [from, 'forwarded'] as const })
    expect(createResolver).type.toBeCallableWith({ header: ['forwarded', from] as const })
  })

  test('refuses wrong options', () => {
    expect(createResolver).type.not.toBeCallableWith()
    expect(createResolver).type.not.toBeCallableWith({})
    expect(createResolver).type.not.toBeCallableWith({ trust: true })
    expect(createResolver).type.not.toBeCallableWith({ trust: 1 })
    expect(createResolver).type.not.toBeCallableWith({ trust: undefined })
    expect(createResolver).type.not.toBeCallableWith({ trust: async () => true })
    expect(createResolver).type.not.toBeCallableWith({ trust: ['loopback', 7] })
    expect(createResolver).type.not.toBeCallableWith({ trust: 'loopback', trusted: 1 })
    expect(createResolver).type.not.toBeCallableWith({ hops: '2' })
    expect(createResolver).type.not.toBeCallableWith({ hops: 1, header: 'x-real-ip' })
    expect(createResolver).type.not.toBeCallableWith({ hops: 1, header: { name: 'x-real-ip' } })
    expect(createResolver).type.not.toBeCallableWith({ header: 'x-forwarded-for' })
    expect(createResolver).type.not.toBeCallableWith({ header: ['forwarded'] as const })
    expect(createResolver).type.not.toBeCallableWith({ hops: 1, host: 'yes' })
  })

  test('makes what takes requests', () => {
    const client = createResolver({ hops: 1 })
    expect(client).type.toBe<Resolver>()
    expect(client(http2Req)).type.toBe<string | undefined>()
    expect(client.resolve(req)).type.toBe<Result>()
    expect(client.resolve(req).reason).type.toBe<Reason>()
    expect(proxyaddr).type.toBeCallableWith(req, client.trust)
  })
})
