'use strict'

const path = require('node:path')
const { startApp } = require('./apps')
const { plain, startProxy } = require('./proxies')

const APP = path.join(__dirname, 'app.js')

/**
 * Starts the app and its two proxies, twice:
 *
 *     client > edge proxy > inner proxy > app on this package
 *     client > edge proxy > inner proxy > app on the original proxy-addr
 *
 * Resolves to `{ native, original, stop }`. In each side, `app` describes the app,
 * and `ports` has the ports of its edge proxy.
 */
async function setStage (network, { express = 'express' } = {}) {
  const running = []
  const stop = () => Promise.all(running.splice(0).reverse().map((end) => end()))
  try {
    const native = await startSide(network, express, true, running)
    const original = await startSide(network, express, false, running)
    return { native, original, stop }
  } catch (error) {
    await stop()
    throw error
  }
}

async function startSide (network, express, native, running) {
  const { appHost, trust } = network
  const app = await startApp({
    file: APP,
    args: ['--express', express, '--host', appHost, '--trust', trust],
    native
  })
  running.push(app.stop)

  const chain = await startChain(network, app)
  running.push(chain.close)
  return { app, appHost: plain(appHost), ports: chain.ports }
}

/**
 * Starts two proxies in front of an app that listens on `app.port`. Resolves to
 * `{ ports, close }`, where `ports[host]` is the edge proxy's port.
 */
async function startChain (network, app) {
  const inner = await startProxy({
    hosts: [network.innerHost],
    target: { host: network.appHost, port: app.port },
    address: network.innerAddress
  })
  const edge = await startProxy({
    hosts: edgeHosts(network),
    target: { host: network.innerHost, port: inner.ports[network.innerHost] },
    address: network.edgeAddress,
    edge: { protocol: 'https' }
  })
  return {
    ports: edge.ports,
    close () {
      edge.close()
      inner.close()
    }
  }
}

function edgeHosts ({ ipv6, mapped }) {
  return [
    '127.0.0.1',
    ...(ipv6 ? ['::1'] : []),
    ...(mapped ? ['::ffff:127.0.0.1'] : [])
  ]
}

module.exports = { setStage, startChain }
