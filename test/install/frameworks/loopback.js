'use strict'

const { RestApplication } = require('@loopback/rest')

async function main () {
  const app = new RestApplication({
    // Otherwise LoopBack ends the process by the signal.
    shutdown: { signals: [] },
    rest: {
      host: '127.0.0.1',
      port: Number(process.env.PORT ?? 0),
      expressSettings: { 'trust proxy': ['loopback', 'uniquelocal'] }
    }
  })
  app.handler(({ request, response }) => {
    const { ip, ips, protocol, hostname } = request
    response.json({ ip, ips, protocol, hostname })
  })
  await app.start()
  console.log(app.restServer.url)
  process.once('SIGTERM', () => app.stop())
}

main()
