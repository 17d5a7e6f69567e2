'use strict'

const { once } = require('node:events')
const http = require('node:http')

/** Asks for `url`, from `from` if given; resolves to the JSON of the answer. */
async function askJson (url, headers = {}, from) {
  const req = http.get(url, { agent: false, headers, localAddress: from })
  const [res] = await once(req, 'response')
  const body = (await res.setEncoding('utf8').toArray()).join('')
  if (res.statusCode !== 200) throw new Error(`status ${res.statusCode}: ${body}`)
  return JSON.parse(body)
}

module.exports = { askJson }
