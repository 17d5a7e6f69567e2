'use strict'

const { createServer } = require('node:http')
const path = require('node:path')
const { pathToFileURL } = require('node:url')
const proxyAddr = require('proxy-addr')

async function main () {
  const { AppFactory } = await import('@adonisjs/application/factories')
  const { ServerFactory } = await import('@adonisjs/http-server/factories')
  const { defineConfig } = await import('@adonisjs/http-server')

  // As in an application's config/app.ts.
  const config = defineConfig({ trustProxy: proxyAddr.compile(['loopback', 'uniquelocal']) })

  const app = new AppFactory().create(pathToFileURL(path.join(__dirname, path.sep)))
  await app.init()
  const adonis = new ServerFactory().merge({ app, config }).create()
  adonis.use([])
  adonis.getRouter().get('/', ({ request, response }) => response.json({
    ip: request.ip(),
    ips: request.ips(),
    protocol: request.protocol(),
    hostname: request.hostname()
  }))
  await adonis.boot()

  const server = createServer((req, res) => adonis.handle(req, res))
  server.listen(process.env.PORT ?? 0, '127.0.0.1', () => {
    console.log(`http://127.0.0.1:${server.address().port}/`)
  })
  process.once('SIGTERM', () => server.close())
}

main()
