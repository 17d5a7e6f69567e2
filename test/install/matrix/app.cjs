'use strict'

/*
 * The application of each project, with the same routes on each framework. Prints one
 * line of JSON, which says what each framework runs on and where it listens.
 */

const { createRequire } = require('node:module')

const TRUST = 'loopback, uniquelocal'

const TITLES = {
  express: 'Express', express4: 'Express', fastify: 'Fastify', '@nestjs/platform-express': 'NestJS (on Express)'
}

function addressOf (server) {
  return `http://127.0.0.1:${server.address().port}/`
}

/** Each starts the application and resolves to its address. */
const FRAMEWORKS = {
  express: (express) => listenExpress(express()),
  express4: (express) => listenExpress(express()),
  fastify: (fastify) => {
    const app = fastify({ trustProxy: TRUST })
    // Express's order, without the peer.
    app.get('/', async ({ ip, ips }) => ({ ip, ips: ips.slice(1).reverse() }))
    return app.listen({ host: '127.0.0.1', port: 0 })
  },
  async '@nestjs/platform-express' ({ ExpressAdapter }) {
    const { Module } = require('@nestjs/common')
    const { NestFactory } = require('@nestjs/core')
    class AppModule {}
    Module({})(AppModule)
    const app = await NestFactory.create(AppModule, new ExpressAdapter(), { logger: ['error', 'warn'] })
    app.set('trust proxy', TRUST)
    app.use((req, res) => res.json({ ip: req.ip, ips: req.ips }))
    await app.listen(0, '127.0.0.1')
    return addressOf(app.getHttpServer())
  }
}

function listenExpress (app) {
  app.set('trust proxy', TRUST)
  app.get('/', (req, res) => res.json({ ip: req.ip, ips: req.ips }))
  return new Promise((resolve) => {
    const server = app.listen(0, '127.0.0.1', () => resolve(addressOf(server)))
  })
}

/** The package that a framework gets when it requires its proxy-addr. */
function usedBy (framework) {
  const ask = createRequire(require.resolve(framework))
  if (framework.startsWith('@nestjs')) return used(createRequire(ask.resolve('express')), 'proxy-addr')
  return used(ask, framework === 'fastify' ? '@fastify/proxy-addr' : 'proxy-addr')
}

function used (ask, asked) {
  const { name, version } = ask(`${asked}/package.json`)
  return { name, version, engine: ask(asked).engine, manifest: ask.resolve(`${asked}/package.json`) }
}

async function main () {
  const servers = []
  for (const [framework, start] of Object.entries(FRAMEWORKS)) {
    servers.push({
      framework: `${TITLES[framework]} ${require(`${framework}/package.json`).version}`,
      url: await start(require(framework)),
      proxyAddr: usedBy(framework)
    })
  }
  console.log(JSON.stringify(servers))
}

main()
