'use strict'

require('reflect-metadata')
const { Controller, Get, Module, Req } = require('@nestjs/common')
const { NestFactory } = require('@nestjs/core')

class ClientController {
  describe (req) {
    const { ip, ips, protocol, hostname } = req
    return { ip, ips, protocol, hostname }
  }
}

// In TypeScript: @Controller(), @Get() and @Req().
const method = Object.getOwnPropertyDescriptor(ClientController.prototype, 'describe')
Controller()(ClientController)
Get()(ClientController.prototype, 'describe', method)
Req()(ClientController.prototype, 'describe', 0)

class AppModule {}
Module({ controllers: [ClientController] })(AppModule)

async function main () {
  const app = await NestFactory.create(AppModule, { logger: ['error', 'warn'] })
  app.set('trust proxy', ['loopback', 'uniquelocal'])
  await app.listen(process.env.PORT ?? 0, '127.0.0.1')
  console.log(`http://127.0.0.1:${app.getHttpServer().address().port}/`)
  process.once('SIGTERM', () => app.close())
}

main()
