'use strict'

/*
 * Loaded before the package, hides WebAssembly's builtins for strings, so that
 * its engine copies text in a loop, as on Node 20:
 *
 *   NODE_OPTIONS='--require ./test/support/no-string-builtins.js' PROXY_ADDR_ENGINE=wasm mocha …
 */
WebAssembly.validate = () => false
