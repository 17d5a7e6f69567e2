'use strict'

/**
 * A copy of a package of its own. What V8 learns about a function it learns for
 * all callers, so candidates that share proxy-addr's code would slow each other
 * down, and proxy-addr too.
 *
 * @param {string} name
 */
function fresh (name) {
  const mine = (file) => /node_modules[\\/](proxy-addr|forwarded|ipaddr\.js)[\\/]/.test(file)
  const files = Object.keys(require.cache).filter(mine)
  const before = files.map((file) => [file, require.cache[file]])
  for (const file of files) delete require.cache[file]
  const copy = require(name)
  for (const file of Object.keys(require.cache).filter(mine)) delete require.cache[file]
  for (const [file, module] of before) require.cache[file] = module
  return copy
}

module.exports = fresh
