'use strict'

const neostandard = require('neostandard')

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
  }
]
