import type { IncomingMessage } from 'node:http'
import { describe, expect, test } from 'tstyche'
import original = require('proxy-addr')
import proxyaddr = require('proxy-addr-native')

declare const req: IncomingMessage

/** What Express's types accept as the `trust proxy` setting. */
declare function set (setting: 'trust proxy', trust: (addr: string, i: number) => boolean): void

describe('where proxy-addr is asked for', () => {
  test('this module will do', () => {
    expect<typeof proxyaddr.all>().type.toBeAssignableTo<typeof original.all>()
    expect<typeof proxyaddr.compile>().type.toBeAssignableTo<typeof original.compile>()
  })

  test('every type of its namespace is here too', () => {
    expect<original.Address>().type.toBeAssignableTo<proxyaddr.Address>()
    expect<proxyaddr.Address>().type.toBeAssignableTo<original.Address>()
  })

  test('whatever it accepts is accepted', () => {
    expect<Parameters<typeof original>>().type.toBeAssignableTo<Parameters<typeof proxyaddr>>()
    expect<Parameters<typeof original.all>>().type.toBeAssignableTo<Parameters<typeof proxyaddr.all>>()
    expect<Parameters<typeof original.compile>>().type.toBeAssignableTo<Parameters<typeof proxyaddr.compile>>()
  })

  test('whatever it gives is given', () => {
    expect<ReturnType<typeof proxyaddr>>().type.toBe<ReturnType<typeof original> | undefined>()
    expect<ReturnType<typeof proxyaddr.all>>().type.toBe<ReturnType<typeof original.all>>()
    expect<ReturnType<typeof proxyaddr.compile>>().type.toBe<ReturnType<typeof original.compile>>()
  })

  test('a trust function of the one is one of the other', () => {
    expect(original(req, proxyaddr.compile('loopback'))).type.toBe<string>()
    expect(proxyaddr(req, original.compile('loopback'))).type.toBe<string | undefined>()
  })

  test('a variable may hold a compiled function first and a hand-written one later', () => {
    let trust = proxyaddr.compile([])

    trust = (addr, i) => i.toFixed() === '0' && addr.startsWith('10.')
    expect(trust).type.toBe<(addr: string, i: number) => boolean>()
  })

  test('Express takes a compiled function', () => {
    expect(set).type.toBeCallableWith('trust proxy', proxyaddr.compile(['loopback', '10.0.0.0/8']))
  })
})
