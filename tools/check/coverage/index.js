'use strict'

/*
 * Coverage of the core by its tests in C, and of lib/ by the tests in
 * JavaScript: all lines and all branches, apart from the exclusions that are
 * listed by name. Prints a table; exit code 1 if anything else is missing, or
 * if an exclusion is not needed any more. Needs gcc and gcov.
 *
 *   npm run coverage
 */

const exclusions = require('./exclusions')
const { measureCore } = require('./core')
const { measureLib } = require('./lib')
const { judge } = require('./judge')
const { row, table } = require('./table')

async function main () {
  const files = [...measureCore(), ...measureLib()]
  const { missing, excluded, stale } = judge(files, exclusions)

  console.log(table(files.map((file) => row(file, missing, excluded))))
  for (const { file, line, name, what, source } of missing) {
    console.log(`${file}:${line}: ${what} in ${name}: ${source}`)
  }
  for (const { file, name, source } of stale) {
    console.log(`an exclusion that matches nothing: ${file}, ${name}: ${source}`)
  }
  if (missing.length + stale.length > 0) process.exitCode = 1
}

main()
