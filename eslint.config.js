'use strict'

const neostandard = require('neostandard')
const regexp = require('eslint-plugin-regexp')

module.exports = [
  ...neostandard({ env: ['node', 'mocha'], ts: true, ignores: ['build', 'prebuilds', 'lib/*/wasm-binary.js'] }),
  {
    rules: {
      strict: ['error', 'global']
    },
    files: ['**/*.js'],
    languageOptions: { sourceType: 'commonjs' }
  },
  {
    // A regular expression of the product has to take linear time, since others
    // choose the text: neither may it backtrack more, nor start over at each place.
    plugins: { regexp },
    rules: {
      'regexp/no-super-linear-backtracking': ['error', { report: 'potential' }],
      'regexp/no-super-linear-move': ['error', { report: 'potential', ignoreSticky: false }]
    },
    files: ['lib/**/*.js', 'bin/**/*.js', 'prebuilds.js']
  }
]
