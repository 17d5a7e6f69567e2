'use strict'

// An app with one sub-app for each kind of `trust proxy` setting. Runs in its own
// process, and ends with its parent.

const { loadedProxyAddr } = require('../../../examples/demo/app')

const name = process.argv[2]
const express = require(name)

const SETTINGS = {
  unset: undefined,
  false: false,
  true: true,
  one: 1,
  two: 2,
  names: ' loopback ,uniquelocal',
  list: ['loopback', 'uniquelocal'],
  subnets: ['127.0.0.0/8', '::ffff:10.0.0.0/104'],
  mask: '127.0.0.1/255.0.0.0',
  function: (address, hop) => hop === 0 && address === '127.0.0.1'
}

const main = express()
for (const [path, setting] of Object.entries(SETTINGS)) {
  const app = express()
  if (path !== 'unset') app.set('trust proxy', setting)
  app.get('/', (req, res) => {
    const { ip, ips, protocol, hostname } = req
    res.json({ ip, ips, protocol, hostname })
  })
  main.use(`/${path}`, app)
}

main.get('/refused', (req, res) => {
  try {
    express().set('trust proxy', req.query.setting)
    res.json('accepted')
  } catch (error) {
    res.json({ class: error.constructor.name, message: error.message })
  }
})

const server = main.listen(0, '127.0.0.1', () => {
  process.send({
    port: server.address().port,
    express: require(`${name}/package.json`).version,
    proxyAddr: loadedProxyAddr(name)
  })
})

process.once('disconnect', () => process.exit())
