'use strict'

/* The addresses of a request, nearest first. */

/** @param {any} req */
function addressesOf (req) {
  if (!req) throw new TypeError('argument req is required')
  const header = req.headers['x-forwarded-for'] || ''
  const forwarded = typeof header === 'string' ? entries(header) : oddEntries(header)
  const peer = req.socket ? req.socket.remoteAddress : req.connection.remoteAddress
  return [peer, ...forwarded]
}

function entries (header) {
  return header.split(',').map(strip).filter((entry) => entry !== '').reverse()
}

function strip (text) {
  let start = 0
  let end = text.length
  while (start < end && text[start] === ' ') start++
  while (start < end && text[end - 1] === ' ') end--
  return text.slice(start, end)
}

/**
 * The same where the header is no string, unit by unit from the right, because
 * it may be an object whose methods can tell.
 *
 * @param {any} header
 */
function oddEntries (header) {
  const found = []
  let end = header.length
  let start = end
  for (let i = header.length - 1; i >= 0; i--) {
    const unit = header.charCodeAt(i)
    if (unit === 0x2c) {
      if (start !== end) found.push(header.substring(start, end))
      start = end = i
    } else if (unit !== 0x20) {
      start = i
    } else if (start === end) {
      start = end = i
    }
  }
  if (start !== end) found.push(header.substring(start, end))
  return found
}

module.exports = { addressesOf }
