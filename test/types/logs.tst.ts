import type { IncomingMessage } from 'node:http'
import type { Socket } from 'node:net'
import type { Transform } from 'node:stream'
import { describe, expect, test } from 'tstyche'
import proxyaddr = require('proxy-addr-native')
import { compareLogs, createLogStream, createShadow, logLines, reportPage } from 'proxy-addr-native/logs'
import type { LogStream, Report } from 'proxy-addr-native/logs'
import { createResolver } from 'proxy-addr-native/resolver'

declare const req: IncomingMessage
declare const socket: Socket

describe('proxy-addr-native/logs', () => {
  test('is a stream with counters', () => {
    expect(createLogStream({ format: 'nginx', trust: 'loopback' })).type.toBe<LogStream>()
    expect(createLogStream({ format: 'nginx', trust: 1 }).counters.unreadable).type.toBe<number>()
    expect<LogStream>().type.toBeAssignableTo<Transform>()
  })

  test('takes settings, compiled ones, and the resolver\'s options', () => {
    expect(createLogStream).type.toBeCallableWith({ format: 'csv:peer=a,xff=b', header: true, trust: ['loopback'] as const, columns: ['client', 'hop'], place: 'alone' })
    expect(createLogStream).type.toBeCallableWith({ format: 'nginx', trust: proxyaddr.compile('loopback') })
    expect(createLogStream).type.toBeCallableWith({ format: 'nginx', trust: { strict: { trust: 'loopback', header: 'forwarded' } } })
    expect(createLogStream).type.not.toBeCallableWith({ format: 'nginx' })
    expect(createLogStream).type.not.toBeCallableWith({ format: 'nginx', trust: 1, columns: ['ip'] })
    expect(createLogStream).type.not.toBeCallableWith({ format: 'nginx', trust: 1, place: 'first' })
    expect(createLogStream).type.not.toBeCallableWith({ format: 'nginx', trust: { trust: 'loopback' } })
  })

  test('gives lines of text for bytes and for text', () => {
    expect(logLines([''], { format: 'nginx', trust: 1 })).type.toBe<AsyncGenerator<string, void>>()
    expect(logLines).type.toBeCallableWith(socket, { format: 'nginx', trust: 1 })
    expect(logLines).type.toBeCallableWith([new Uint8Array(1)], { format: 'nginx', trust: 1 })
    expect(logLines).type.not.toBeCallableWith([1], { format: 'nginx', trust: 1 })
    expect(logLines).type.not.toBeCallableWith('access.log', { format: 'nginx', trust: 1 })
  })

  test('compares two settings', () => {
    expect(compareLogs([''], { format: 'nginx', trust: 1, compare: 'loopback' })).type.toBe<Promise<Report>>()
    expect(compareLogs).type.not.toBeCallableWith([''], { format: 'nginx', trust: 1 })
    expect(compareLogs).type.not.toBeCallableWith('access.log', { format: 'nginx', trust: 1, compare: 2 })
    expect<Report['forgeable']>().type.toBe<{ before: number, after: number }>()
    expect(reportPage).type.toBeCallableWith({} as Report)
  })

  test('shadows a setting in an app', () => {
    const shadow = createShadow(1, createResolver({ trust: 'loopback' }), { sample: 0.1 })
    expect(shadow(req)).type.toBe<string | undefined>()
    expect(shadow.stats().changed).type.toBe<number>()
    expect(createShadow).type.not.toBeCallableWith(1)
    expect(createShadow).type.not.toBeCallableWith(1, { strict: { trust: 'loopback' } })
  })
})
