'use strict'

const neostandard = require('neostandard')
const regexp = require('eslint-plugin-regexp')

module.exports = [
  ...neostandard({ env: ['node', 'mocha'], ts: true, ignores: ['build', 'prebuilds', 'lib/*/wasm-binary.js', 'lib/web/*.mjs'] }),
  {
    rules: {
      strict: ['error', 'global']
    },
    files: ['**/*.js'],
    languageOptions: { sourceType: 'commonjs' }
  },
  {
    // They run in a browser, or hold functions that do.
    files: ['playground/*.mjs', 'test/playground/*.js'],
    languageOptions: {
      globals: Object.fromEntries(['VERSION', 'ClipboardEvent', 'DataTransfer', 'addEventListener', 'document', 'getSelection', 'innerWidth',
        'location'].map((name) => [name, 'readonly']))
    }
  },
  {
    // A regular expression of the product has to take linear time, since others
    // choose the text: neither may it backtrack more, nor start over at each place.
    plugins: { regexp },
    rules: {
      'regexp/no-super-linear-backtracking': ['error', { report: 'potential' }],
      'regexp/no-super-linear-move': ['error', { report: 'potential', ignoreSticky: true }]
    },
    files: ['lib/**/*.js', 'bin/**/*.js', 'playground/*.mjs', 'prebuilds.js']
  }
]
