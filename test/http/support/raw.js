'use strict'

const { once } = require('node:events')
const net = require('node:net')
const { textOf, verdictOf } = require('./server')

/**
 * Sends a request whose header lines are given byte for byte (each character
 * is one byte), over a connection of its own; resolves to the verdict.
 */
async function askRaw ({ port, host = '127.0.0.1' }, lines, version = '1.1') {
  const socket = net.connect(port, host)
  await once(socket, 'connect')
  const head = [
    `GET / HTTP/${version}`,
    'Host: app.example',
    'Connection: close',
    ...lines
  ]
  socket.write(`${head.join('\r\n')}\r\n\r\n`, 'latin1')
  const answer = await textOf(socket)
  const [top, body] = answer.split('\r\n\r\n')
  return verdictOf(Number(top.split(' ')[1]), body)
}

module.exports = { askRaw }
