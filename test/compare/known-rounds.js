'use strict'

/*
 * Rounds too dear to be made at random: headers of megabytes, in which offsets
 * need more than 32 bits where they are packed together with a length.
 */

const { usual } = require('./requests')

const MEGABYTES = 5 * 1024 * 1024
const FAR = ','.repeat(300)

const headers = [
  'x'.repeat(MEGABYTES) + ', 192.0.2.1' + FAR,
  'x'.repeat(MEGABYTES) + ', 192.0.2.1, 127.0.0.1',
  ' '.repeat(MEGABYTES) + '127.0.0.2' + FAR,
  ','.repeat(MEGABYTES) + '127.0.0.2, 127.0.0.1' + FAR,
  '192.0.2.1, ' + '0'.repeat(MEGABYTES) + '177.0.0.1' + FAR,
  '192.0.2.1, ' + '1'.repeat(MEGABYTES) + FAR,
  '192.0.2.1, 127.0.0.1' + ' '.repeat(MEGABYTES) + ',127.0.0.1'
]

module.exports = headers.map((header) => ({
  list: 'loopback',
  subjectFirst: false,
  questions: ['all', 'proxyaddr'].flatMap((op) => ['compiled', 'value'].map((by) => ({
    op, shape: usual, peer: '127.0.0.1', header, by, trust: by === 'value' ? 'loopback' : undefined
  })))
}))
