'use strict'

/* Compiles a target with the core, and makes a libFuzzer program of them. */

const path = require('node:path')

const { C11, CORE, TESTS, compile, compileAll, filesIn, findCompiler } = require('../../../tools/build/c-compiler')
const { TARGETS } = require('./corpus')

const FUZZ = path.join(TESTS, 'fuzz')
const OUTPUT = path.join('build', 'fuzz')

const KINDS = {
  sanitize: ['-O1', '-g', '-fno-omit-frame-pointer', '-fno-sanitize-recover=all',
    '-fsanitize=address,undefined'],
  coverage: ['-O1', '-g', '-fprofile-instr-generate', '-fcoverage-mapping']
}

// The definition of membership, and what prints what does not hold.
const SUPPORT = ['check.c', 'guard.c', 'lists.c', 'probes.c', 'show.c']

/**
 * @param {object} options
 * @param {string[]} [options.targets]
 * @param {'sanitize' | 'coverage'} [options.kind]
 * @param {string} [options.core] the folder of the core's sources
 * @param {string} [options.output]
 * @returns {Promise<Record<string, string>>} the program of each target
 */
async function buildTargets ({ targets = TARGETS, kind = 'sanitize', core = CORE, output = path.join(OUTPUT, kind) }) {
  const clang = findCompiler('clang')
  const flags = [...C11, ...KINDS[kind], '-I', core, '-I', TESTS, '-I', FUZZ]
  const support = [
    ...SUPPORT.map((file) => path.join(TESTS, file)),
    ...filesIn(FUZZ, '.c').filter((file) => path.basename(file) !== 'engine.c')
  ]
  const objects = (await Promise.all([
    compileAll(clang, filesIn(core, '.c'), [...flags, '-fsanitize=fuzzer-no-link'], output),
    compileAll(clang, support, flags, output)
  ])).flat()
  const programs = {}
  for (const target of targets) {
    programs[target] = path.join(output, target)
    await compile(clang, [...flags, `-DFUZZ_TARGET=fuzz_${target}`, '-fsanitize=fuzzer',
      path.join(FUZZ, 'engine.c'), ...objects, '-o', programs[target]])
  }
  return programs
}

module.exports = { OUTPUT, TARGETS, buildTargets }
