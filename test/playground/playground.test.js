'use strict'

/*
 * The built playground in Chromium: what it reads, what it answers, what it refuses to
 * do, and who can use it.
 */

const assert = require('node:assert/strict')
const { execFileSync } = require('node:child_process')
const fs = require('node:fs')
const path = require('node:path')
const { pathToFileURL } = require('node:url')
const express = require('express')

const proxyaddr = require('../../lib')
const { createResolver } = require('../../lib/resolver')
const { Random } = require('../compare/rounds')
const { SettingMaterial } = require('../compare/sides')
const { makeHeader } = require('../compare/texts')
const { startBrowser, startScript } = require('../install/support/project')
const { makeTemp, remove } = require('../support/temp')

const ROOT = path.join(__dirname, '..', '..')
const PAGE = path.join(ROOT, 'build', 'playground.html')
const URL_OF_PAGE = pathToFileURL(PAGE).href
const MOST = 150 * 1000

const LOG = '10.0.0.1 - - [10/Oct/2026:13:55:36 +0000] "GET / HTTP/1.1" 200 5 "-" "curl/8" "1.2.3.4, 198.51.100.7"'
const TOKEN = 'a-token-that-must-not-be-shown'

/** What is pasted, what the page takes it for, and the fields that this fills. */
const PASTES = [
  [`curl -H 'X-Forwarded-For: 1.2.3.4' -H "Cookie: ${TOKEN}" https://a.example/`, 'a curl command', { header: '1.2.3.4', more: 'host: a.example', secure: true }],
  [`* Connected\n> GET / HTTP/1.1\n> Host: a.example\n> X-Forwarded-For: 1.2.3.4\n> Cookie: ${TOKEN}\n>\n< HTTP/1.1 200 OK\n`, "curl's -v output", { header: '1.2.3.4', more: 'host: a.example' }],
  ['GET / HTTP/1.1\nHost: a.example\nX-Forwarded-For: 1.2.3.4\nX-Forwarded-For: 10.0.0.2\n\n', 'the headers of a request', { header: '1.2.3.4, 10.0.0.2' }],
  [LOG, 'a line of nginx or Apache', { peer: '10.0.0.1', header: '1.2.3.4, 198.51.100.7' }],
  ['haproxy[9]: 10.0.1.2:3331 [06/Feb/2026:12:14:14.655] in st/s1 10/0/30/69/109 200 27 - - ---- 1/1/1/1/0 0/0 {1.2.3.4} {} "GET / HTTP/1.1"', 'a line of HAProxy', { peer: '10.0.1.2', header: '1.2.3.4' }],
  ['{"request":{"remote_ip":"10.0.0.1","headers":{"X-Forwarded-For":["1.2.3.4"]}}}', 'a line of JSON', { peer: '10.0.0.1', header: '1.2.3.4' }],
  ['#Fields: date c-ip x-forwarded-for' + ' x'.repeat(20) + '\n2026-09-01\t10.0.0.1\t1.2.3.4,%2010.0.0.2' + '\t-'.repeat(20), "a line of CloudFront's log", { peer: '10.0.0.1', header: '1.2.3.4, 10.0.0.2' }],
  ['10.0.0.1\tGET\t1.2.3.4', 'a line of columns', { peer: '10.0.0.1', header: '1.2.3.4' }],
  ['services:\n  app:\n    environment:\n      - TRUST_PROXY=loopback,10.0.0.0/8', 'a variable of the environment', { setting: 'loopback,10.0.0.0/8', isText: false }],
  ['TRUST_PROXY="2" # hops', 'a variable of the environment', { setting: '2', isText: false }],
  ["app.set('trust proxy', ['10.0.0.1'])\nX-Forwarded-For: 1.2.3.4\nHost: a.example", 'code', { setting: '10.0.0.1', header: '1.2.3.4', more: 'host: a.example' }],
  ['{ "ip": "::1", "xff": "1.2.3.4", "peer": "10.0.0.1" }', 'a line of JSON', { peer: '10.0.0.1', header: '1.2.3.4' }],
  ["app.set('trust proxy', '1')", 'code', { setting: '1', isText: true }],
  ['loopback\n127.0.0.1\n1.2.3.4', 'fields', { setting: 'loopback', peer: '127.0.0.1', header: '1.2.3.4' }],
  ['loopback, 10.0.0.0/8', 'a setting', { setting: 'loopback, 10.0.0.0/8' }]
]

/** What the page cannot read, and what it says about it. */
const UNREAD = [
  ['-----BEGIN RSA PRIVATE KEY-----\nMII', /a private key: nothing was read/],
  ['<img src=x onerror=alert(1)>', /looks like HTML.*understands a curl command/],
  ['\0\x01\x02', /binary data/],
  ['hello', /Could not read it.*understands a curl command/],
  ['https 2026-07-02T22:23:00.186641Z app/lb/50 1.2.3.4:1 -', /ALB have no X-Forwarded-For/],
  ['10.0.0.1 - - [10/Oct/2026:13:55:36 +0000] "GET / HTTP/1.1" 200 5 "-" "curl/8"', /no field with X-Forwarded-For/],
  ['PROXY TCP4 1.2.3.4 10.0.0.1 1 2', /PROXY protocol/]
]

const all = (text) => new Array(6).fill(text)
const LAST = ['6.6.6.6', '10.0.0.1', '::ffff:10.0.0.1', 'fe80::1%eth0', '10.0.0.1:443', '10.0.0.1']

/**
 * Written by hand: the answers to each forgery, through the proxy 10.0.0.1 for
 * 198.51.100.7, and past it from 203.0.113.66.
 */
const FORGERIES = {
  '10.0.0.0/8': [all('198.51.100.7'), all('203.0.113.66')],
  true: [all('6.6.6.6'), all('6.6.6.6')],
  1: [all('198.51.100.7'), LAST],
  2: [LAST, [...all('6.6.6.6').slice(1), '10.0.0.1']],
  'uniquelocal, 198.51.100.0/24': [['6.6.6.6', '6.6.6.6', '6.6.6.6', 'fe80::1%eth0', '10.0.0.1:443', '6.6.6.6'], all('203.0.113.66')]
}

const PROTOCOLS = ['', 'https', 'http', 'https, http', 'HTTPS', ' wss ']
const HOSTS = ['', 'a.example', 'a.example:8080', '[::1]:80', 'b.example, c.example']

/** Random requests that fields can hold: without line ends. */
function * makeCases (seed, count) {
  for (let round = 0; count > 0; round++) {
    const random = new Random(seed, round)
    const { list, address } = new SettingMaterial(random)
    const setting = Array.isArray(list) ? list.join(',') : String(list)
    const peer = random.once(20) ? '' : address(!random.once(6))
    const header = random.once(12) ? '' : makeHeader(random, address)
    const [proto, host] = [random.pick(PROTOCOLS), random.pick(HOSTS)]
    const more = [...proto && [`X-Forwarded-Proto: ${proto}`], ...host && [`X-Forwarded-Host: ${host}`, 'Host: own.example:3000']].join('\n')
    if ([list].flat().some((one) => Object(one) === one) || /[\r\n]/.test(setting + peer + header)) continue
    count--
    yield { setting, isText: random.once(3), peer, header, more, secure: random.once(4), trust: setting, hops: random.once(4) ? '2' : '' }
  }
}

/** Runs in the page: types each case into the fields, and reads the answers. */
function answerAll (cases) {
  const text = (selector) => document.querySelector(selector)?.textContent
  document.getElementById('kind-resolver').click()
  return cases.map((one, i) => {
    for (const [name, value] of Object.entries(one)) {
      const field = document.getElementById(name)
      if (typeof value === 'boolean') field.checked = value
      else field.value = value
      if (i % 10 === 0 || name === 'hops') field.dispatchEvent(new Event('input'))
    }
    const sides = Array.from(document.querySelectorAll('.side'), (side) => side.querySelector('.fault')?.textContent)
    const isRefused = text('.side .client strong') === 'refused'
    return {
      trace: text('[aria-label="Trace of A"]'),
      strict: text('[aria-label="Trace of B"]'),
      express: isRefused ? sides[0] : Array.from(document.querySelectorAll('#express tbody tr'), ({ cells }) => cells[1].textContent)
    }
  })
}

const show = (value) => {
  const text = value === undefined ? '(none)' : Array.isArray(value) ? `[${value.join(', ')}]` : String(value)
  return text.length > 100 ? `${text.slice(0, 100)}…` : text
}

const app = express()

/** What Express itself answers, and this package's trace. */
function expectedOfSetting (req, { setting, isText }) {
  const read = isText ? setting : proxyaddr.fromEnv('TRUST_PROXY', { TRUST_PROXY: setting })
  app.set('trust proxy', read)
  const { ip, ips, protocol, hostname, secure } = Object.setPrototypeOf({ ...req, app, connection: req.socket }, app.request)
  return { trace: String(proxyaddr.explain(req, proxyaddr.trustProxy(read))), express: [ip, ips, protocol, hostname, secure].map(show) }
}

/** Returns the message if a setting is refused. */
function orMessage (run) {
  try {
    return run()
  } catch ({ message }) {
    return { trace: message, express: message }
  }
}

function expectedOf (one) {
  const { peer, header, more, secure, trust, hops } = one
  const lines = more.split('\n').filter(Boolean).map((line) => line.split(/: (.*)/))
  const headers = { ...header && { 'x-forwarded-for': header }, ...Object.fromEntries(lines.map(([name, value]) => [name.toLowerCase(), value.trim()])) }
  const req = { headers, socket: { remoteAddress: peer || undefined, encrypted: secure } }
  const options = { ...trust.trim() && { trust: trust.trim() === 'false' ? false : trust }, ...hops && { hops: Number(hops) } }
  return { ...orMessage(() => expectedOfSetting(req, one)), strict: orMessage(() => ({ trace: String(createResolver(options).explain(req)) })).trace }
}

const WIDTHS = [375, 768, 1440]
/** 720 pixels are a window of 1,440 at 200 %. */
const ZOOMED = 720

describe('the playground', function () {
  let browser
  let page
  /** Requests, errors and dialogs, none of which may happen. @type {string[]} */
  const wrong = []

  async function open (options, hash = '') {
    const opened = await browser.newPage({ viewport: { width: 1440, height: 900 }, ...options })
    opened.on('console', (message) => wrong.push(message.text()))
    opened.on('pageerror', (error) => wrong.push(error.message))
    opened.on('request', (request) => { if (!request.url().startsWith(URL_OF_PAGE)) wrong.push(request.url()) })
    await load(opened, hash)
    return opened
  }

  async function load (opened, hash = '') {
    await opened.goto(URL_OF_PAGE + hash)
    await opened.waitForSelector('#outputs pre')
  }

  before(async () => {
    process.stdout.write(execFileSync(process.execPath, [path.join(ROOT, 'tools', 'build', 'web.js')], { encoding: 'utf8' }))
    browser = await startBrowser()
  })

  after(() => browser?.close())

  // A new tab for each test takes three times as long as the same one emptied.
  beforeEach(async () => {
    wrong.length = 0
    if (page === undefined) page = await open()
    else {
      await page.goto('about:blank')
      await load(page)
    }
  })

  afterEach(() => assert.deepEqual(wrong, []))

  const fill = async (fields) => {
    for (const [name, value] of Object.entries(fields)) await page.fill(`#${name}`, value)
  }
  const values = (names) => page.evaluate((ids) => Object.fromEntries(ids.map((id) => {
    const { type, checked, value } = document.getElementById(id)
    return [id, type === 'checkbox' ? checked : value]
  })), names)
  const texts = (selector) => page.locator(selector).allInnerTexts()
  const client = () => page.innerText('.client strong')
  const rows = () => page.$$eval('#express tbody tr', (found) => found.map((row) => [...row.cells].map(({ innerText }) => innerText)))

  it('is one file, and answers when it is opened', async () => {
    const elapsed = await page.evaluate(() => performance.getEntriesByName('answered')[0].startTime)
    console.log(`      ${fs.statSync(PAGE).size} bytes; first answer ${Math.round(elapsed)} ms after opening`)
    assert.ok(fs.statSync(PAGE).size < MOST)
    assert.equal(await client(), '198.51.100.7')
    assert.equal(await page.innerText('#version'), require('../../package.json').version)
  })

  for (const [text, kind, expected] of PASTES) {
    it(`reads ${kind}: ${text.slice(0, 30).replaceAll('\n', ' ')}`, async () => {
      await page.fill('#paste', text)
      const said = await page.innerText('#took')
      assert.ok(said.startsWith(`Took it for ${kind}`), said)
      assert.deepEqual(await values(Object.keys(expected)), expected)
      assert.ok(!(await page.innerText('body')).includes(TOKEN))
    })
  }

  it('says who saw the pasted request, and what is missing in it', async () => {
    await page.fill('#paste', '* Connected\n> GET / HTTP/1.1\n> Host: a.example\n>\n')
    assert.match(await page.innerText('#took'), /The setting is not in it, and is still loopback\. The peer is not in it: 127\.0\.0\.1 is that of the example;.* what curl sent, not what your app got/)
    await page.fill('#paste', LOG)
    assert.match(await page.innerText('#took'), /This is what the server that wrote the log got/)
    await page.fill('#paste', 'GET / HTTP/1.1\nX-Forwarded-For: 1.2.3.4\n')
    assert.doesNotMatch(await page.innerText('#took'), /This is what/)
  })

  it('never names the client as a proxy', async () => {
    const offer = page.locator('#attack button')

    await fill({ setting: '2', peer: '127.0.0.1', header: '198.51.100.7, 203.0.113.11' })
    assert.deepEqual(await offer.allInnerTexts(), ['Name the proxies instead of counting them: 127.0.0.1, 203.0.113.11'])
    await fill({ setting: '3' })
    assert.deepEqual(await offer.allInnerTexts(), [])
  })

  for (const [text, expected] of UNREAD) {
    it(`says why it does not read ${JSON.stringify(text.slice(0, 30))}`, async () => {
      const before = await values(['setting', 'peer', 'header'])
      await page.fill('#paste', text)
      assert.match(await page.innerText('#took'), expected)
      assert.deepEqual(await values(['setting', 'peer', 'header']), before)
      assert.equal(await page.locator('img').count(), 0)
    })
  }

  it('reads megabytes in slices, and shows their beginning', async () => {
    await page.evaluate((line) => {
      globalThis.turns = 0
      setInterval(() => { globalThis.turns++ })
      const data = new DataTransfer()
      data.setData('text', 'nothing to be read here\n'.repeat(1 << 18) + line)
      document.getElementById('paste').dispatchEvent(new ClipboardEvent('paste', { clipboardData: data, cancelable: true, bubbles: true }))
    }, LOG)
    await page.waitForFunction(() => document.getElementById('took').innerText.startsWith('Took it'))
    assert.equal(await page.inputValue('#peer'), '10.0.0.1')
    assert.ok((await page.inputValue('#paste')).length < 3000)
    assert.ok(await page.evaluate(() => globalThis.turns) > 0)
  })

  it('answers at each keystroke, and draws the chain', async () => {
    await fill({ setting: '10.0.0.0/8', peer: '::ffff:10.0.0.1', header: '' })
    await page.locator('#header').pressSequentially('1.2.3.4, 9.9.9.9, 10.0.0.2')
    assert.equal(await client(), '9.9.9.9')
    assert.deepEqual(await page.$$eval('.hop', (hops) => hops.map(({ className, innerText }) => [className, ...innerText.split('\n')])), [
      ['hop forged', 'CLAIMED', '1.2.3.4', 'not reached: may be forged'], ['hop client', 'CLIENT', '9.9.9.9', 'not trusted'],
      ['hop trusted', 'PROXY', '10.0.0.2', 'trusted by 10.0.0.0/8'],
      ['hop trusted', 'PEER', '::ffff:10.0.0.1', 'that is 10.0.0.1', 'trusted by 10.0.0.0/8'], ['hop server', 'YOUR SERVER']
    ])
  })

  it('marks what is wrong, and applies the remedy with one click', async () => {
    await fill({ setting: 'loopback, 10.0.0.1:80', header: '1.2.3.4, 198.51.100.7:4711' })
    assert.deepEqual(await texts('#m-setting mark'), [':80'])
    assert.deepEqual(await texts('#m-header mark'), [':4711'])
    assert.equal(await client(), 'refused')
    await page.click('#lint button')
    assert.equal(await page.inputValue('#setting'), 'loopback, 10.0.0.1')
    assert.equal(await client(), '198.51.100.7:4711')
    await page.fill('#setting', '1')
    await page.check('#isText')
    await page.click('#lint button')
    assert.deepEqual(await values(['setting', 'isText']), { setting: '1', isText: false })
  })

  it('leads to the right code if a proxy is unknown, counted, or writes ports', async () => {
    await page.fill('#paste', '{"req":{"remoteAddress":"::ffff:172.18.0.4","headers":{"x-forwarded-for":"198.51.100.7"}}}')
    await page.fill('#setting', 'false')
    await page.click('text=trust 172.18.0.4')
    assert.deepEqual([await client(), (await texts('#outputs pre'))[1]], ['198.51.100.7', 'TRUST_PROXY=172.18.0.4'])

    await fill({ setting: '2', peer: '10.0.3.4', header: '1.2.3.4, 198.51.100.7, 151.101.2.9' })
    await page.click('text=Name the proxies')
    assert.deepEqual([await client(), await page.innerText('#attack .good')], ['198.51.100.7', 'A: all 12 forgeries fail.'])

    await fill({ header: '198.51.100.7:50123' })
    await page.click('text=See what the strict resolver')
    assert.deepEqual(await texts('.client strong'), ['198.51.100.7:50123', '198.51.100.7'])
  })

  it('compares with another setting, and with the strict resolver', async () => {
    await fill({ setting: '2', peer: '10.0.0.1', header: '1.2.3.4, 9.9.9.9:80' })
    await page.check('#kind-setting')
    await page.fill('#other', '10.0.0.0/8')
    assert.deepEqual((await rows())[0], ['req.ip', '1.2.3.4', '9.9.9.9:80differs'])
    await page.check('#kind-resolver')
    await fill({ trust: '10.0.0.0/8', most: '5', name: 'cf-connecting-ip', from: '172.64.0.0/13' })
    assert.deepEqual((await rows())[0], ['req.ip', '1.2.3.4', '9.9.9.9differs'])
    assert.match((await texts('#outputs pre')).join('\n'), /createResolver\(\{ trust: '10.0.0.0\/8', header: \[\{ name: 'cf-connecting-ip', from: '172.64.0.0\/13' \}, 'x-forwarded-for'\], maxEntries: 5 \}\)/)
    await page.fill('#trust', '10.0.0.0/255.0.0.0')
    assert.match((await texts('.client strong')).join(), /refused/)
  })

  for (const [setting, expected] of Object.entries(FORGERIES)) {
    it(`knows what an attacker could do to ${setting}`, async () => {
      await fill({ setting, peer: '10.0.0.1', header: '198.51.100.7' })
      const found = await page.$$eval('#attack tbody tr', (all) => all.map(({ cells }) => [cells[2].innerText, cells[3].innerText]))
      const stated = (way, honest) => expected[way].map((text) => `${text === honest ? 'holds' : 'forged'} ${text}`)
      assert.deepEqual(found.map(([through]) => through), stated(0, '198.51.100.7'))
      assert.deepEqual(found.map(([, past]) => past), stated(1, '203.0.113.66'))
    })
  }

  it('has each hosting of the guide', async () => {
    const guide = fs.readFileSync(path.join(ROOT, 'docs', 'guide.md'), 'utf8')
    const [, table] = /^\| between the client and the app \| setting \|\n\|---\|---\|\n((?:\|.*\n)+)/m.exec(guide)
    const names = table.trim().split('\n').map((row) => row.split('|')[1].trim().replace(/\[([^\]]*)\]\([^)]*\)/, '$1'))
    assert.deepEqual(await texts('#gallery button'), names)
    const clients = []
    for (const name of names) {
      await page.getByRole('button', { name, exact: true }).click()
      clients.push(await client())
    }
    // Two of the settings are there to show what is wrong with them.
    assert.deepEqual(clients.filter((one) => one !== '198.51.100.7'), ['198.51.100.7:50123', '10.0.1.9'])
  })

  it('stores nothing until a link is requested, and then everything in the link', async () => {
    await fill({ setting: 'uniquelocal', peer: '10.0.0.9', header: 'ü<b>, 5.6.7.8' })
    await page.check('#kind-resolver')
    await page.fill('#trust', 'private')
    assert.equal(new URL(page.url()).hash, '')
    assert.match(await page.innerText('[aria-labelledby=h-share]'), /contains all addresses/)
    await page.click('#share')
    const before = await page.locator('#answer').innerText()
    const link = await page.inputValue('#link')
    await page.reload()
    await page.waitForSelector('#outputs pre')
    assert.equal(await page.locator('#answer').innerText(), before)
    const other = await open({}, new URL(link).hash)
    assert.equal(await other.inputValue('#trust'), 'private')
    await other.close()
    assert.deepEqual(await page.evaluate(() => [localStorage.length, sessionStorage.length, document.cookie]), [0, 0, ''])
  })

  it('offers code to copy, and a test that passes', async () => {
    await fill({ setting: 'loopback,10.0.0.0/8', peer: '::1', header: "1.2.3.4'\\, 9.9.9.9" })
    const [app, environment, resolver, trace, test] = await texts('#outputs pre')
    assert.equal(app, "app.set('trust proxy', ['loopback', '10.0.0.0/8'])")
    assert.equal(environment, 'TRUST_PROXY=loopback,10.0.0.0/8')
    assert.match(trace, /^client 9\.9\.9\.9: the nearest/)
    execFileSync(process.execPath, ['-e', test], { cwd: ROOT })
    execFileSync(process.execPath, ['-e', resolver], { cwd: ROOT })
    assert.throws(() => execFileSync(process.execPath, ['-e', test.replace("'9.9.9.9')", "'9.9.9.8')")], { cwd: ROOT, stdio: 'pipe' }))
  })

  it('answers as the package does, a thousand times', async () => {
    const seed = Number(process.env.SEED ?? Date.now() % 1e6)
    const cases = Array.from(makeCases(seed, 1000))
    const found = await page.evaluate(answerAll, cases)
    cases.forEach((one, i) => assert.deepEqual(found[i], expectedOf(one), `seed ${seed}: ${JSON.stringify(one)}`))
  })

  it('connects to nobody, whatever is put into it', async () => {
    const refused = await page.evaluate(async () => {
      const seen = new Set()
      document.addEventListener('securitypolicyviolation', ({ effectiveDirective }) => seen.add(effectiveDirective))
      const thrown = []
      const attempt = async (run) => {
        try { await run() } catch (error) { thrown.push(error.name) }
      }
      await attempt(() => fetch('https://example.com/'))
      await attempt(() => { document.createElement('script').text = 'globalThis.injected = 1' })
      await attempt(() => { document.body.innerHTML = '<b>x</b>' })
      document.body.append(Object.assign(document.createElement('img'), { src: 'https://example.com/a.png' }))
      while (seen.size < 3) await new Promise((resolve) => setTimeout(resolve, 20))
      return { seen: [...seen].sort(), thrown }
    })
    assert.deepEqual(refused, { seen: ['connect-src', 'img-src', 'require-trusted-types-for'], thrown: ['TypeError', 'TypeError', 'TypeError'] })
    wrong.length = 0
  })

  it('runs no script that was not built into it', async () => {
    const folder = await makeTemp()
    const file = path.join(folder, 'changed.html')
    const injected = '<script>globalThis.injected = 1</script><p onclick="globalThis.injected = 1" id="inline">x</p>'
    fs.writeFileSync(file, fs.readFileSync(PAGE, 'utf8').replace('<main>', `${injected}<main>`))
    const changed = await browser.newPage()
    const refused = []
    changed.on('console', (message) => refused.push(message.text()))
    await changed.goto(pathToFileURL(file).href)
    await changed.click('#inline')
    assert.equal(await changed.evaluate(() => globalThis.injected), undefined)
    assert.equal(refused.filter((text) => /inline (?:script|event handler)/.test(text)).length, 2, refused.join('\n'))
    await changed.close()
    await remove(folder)
  })

  describe('in windows of all widths', () => {
    // These tabs let in axe's script, so no other test may have them.
    afterEach(async () => {
      await page.close()
      page = undefined
    })

    for (const colorScheme of ['light', 'dark']) {
      for (const width of [...WIDTHS, ZOOMED]) {
        it(`fits in ${width} pixels, ${colorScheme}, and axe finds nothing`, async () => {
          await page.close()
          page = await open({ viewport: { width, height: 900 }, colorScheme, bypassCSP: true })
          await fill({ setting: '1, 10.0.0.1:80, 10/8', header: '1.2.3.4, 9.9.9.9:80' })
          await page.check('#kind-resolver')
          await page.fill('#hops', '1')
          await page.click('#share')
          await page.locator('summary').click()
          if (process.env.SCREENSHOTS) await page.screenshot({ path: path.join(process.env.SCREENSHOTS, `${width}-${colorScheme}.png`), fullPage: true })
          assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth))
          await page.addScriptTag({ path: require.resolve('axe-core/axe.min.js') })
          const { violations } = await page.evaluate(() => globalThis.axe.run())
          assert.deepEqual(violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)]), [])
        })
      }
    }
  })

  it('can be used with only the keyboard', async () => {
    await page.keyboard.press('Tab')
    await page.keyboard.press('Tab')
    await page.keyboard.type('TRUST_PROXY=1')
    assert.equal(await page.inputValue('#setting'), '1')
    const visited = []
    for (let i = 0; i < 80; i++) {
      await page.keyboard.press('Tab')
      const at = await page.evaluate(() => document.activeElement.id || document.activeElement.innerText)
      if (at === 'gallery' || visited.includes(at)) continue
      visited.push(at)
      if (at === 'Cloudflare') await page.keyboard.press('Enter')
      if (at === 'kind-none') await page.keyboard.press('ArrowDown')
      if (at === 'other') await page.keyboard.type('0')
      if (at === 'share') { await page.keyboard.press('Enter'); break }
    }
    for (const name of ['nothing', 'setting', 'isText', 'peer', 'header', 'express', 'other', 'otherIsText', 'share']) assert.ok(visited.includes(name), `${name}: ${visited}`)
    assert.match(await page.inputValue('#setting'), /^173\.245/)
    assert.match(new URL(page.url()).hash, /other=10/)
    assert.equal(await page.evaluate(() => document.activeElement.id), 'link')
  })

  it('is served on loopback by the command, which opens it', async () => {
    const folder = await makeTemp()
    const opened = path.join(folder, 'opened')
    fs.writeFileSync(path.join(folder, 'xdg-open'), `#!/bin/sh\necho "$1" > ${opened}.tmp && mv ${opened}.tmp ${opened}\n`, { mode: 0o755 })
    const command = ['env', `PATH=${folder}:${process.env.PATH}`, process.execPath, path.join(ROOT, 'bin', 'proxy-addr.js'), 'playground']
    const { url, stop } = await startScript(folder, command)
    try {
      const response = await fetch(url)
      assert.deepEqual([response.status, await response.text()], [200, fs.readFileSync(PAGE, 'utf8')])
      assert.equal((await fetch(`${url}package.json`)).status, 404)
      assert.equal(new URL(url).hostname, '127.0.0.1')
      while (!fs.existsSync(opened)) await new Promise((resolve) => setTimeout(resolve, 20))
      assert.equal(fs.readFileSync(opened, 'utf8').trim(), url)
    } finally {
      await stop()
      await remove(folder)
    }
  })
})
