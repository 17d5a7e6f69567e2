import type { IncomingMessage, ServerResponse } from 'node:http'
import { describe, expect, test } from 'tstyche'
import install = require('proxy-addr-native/express')

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
