'use strict'

/*
 * The application of each project: the same on Express 5 and on Express 4. It
 * prints one line of JSON, which says what it runs on and where it listens.
 */

const { createRequire } = require('node:module')

const FRAMEWORKS = ['express', 'express4']

/** Starts the application; resolves to its address. */
function listen (framework) {
  const app = require(framework)()
  app.set('trust proxy', 'loopback, uniquelocal')
  app.get('/', (req, res) => res.json({ ip: req.ip, ips: req.ips }))
  return new Promise((resolve) => {
    const server = app.listen(0, '127.0.0.1', () => resolve(`http://127.0.0.1:${server.address().port}/`))
  })
}

/** What a framework gets when it asks for proxy-addr. */
function usedBy (framework) {
  const ask = createRequire(require.resolve(framework))
  const { name, version } = ask('proxy-addr/package.json')
  return { name, version, engine: ask('proxy-addr').engine, manifest: ask.resolve('proxy-addr/package.json') }
}

async function main () {
  const servers = []
  for (const framework of FRAMEWORKS) {
    servers.push({
      framework: `Express ${require(`${framework}/package.json`).version}`,
      url: await listen(framework),
      proxyAddr: usedBy(framework)
    })
  }
  console.log(JSON.stringify(servers))
}

main()
