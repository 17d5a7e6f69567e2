#!/usr/bin/env bash
# Runs the JavaScript tests of every rule, and a differential run, on an addon
# built with AddressSanitizer and UndefinedBehaviorSanitizer, in a copy of the
# project, so that the ordinary build stays as it is. Linux and gcc.
#
# Usage: test/native/asan.sh [comparisons]
set -euo pipefail
cd "$(dirname "$0")/../.."
# An addon that does not load is not to be made up for.
export PROXY_ADDR_ENGINE=native
comparisons=${1:-20000}

flags='-fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer -g -O1'
. tools/build/copy.sh "$flags"

nm -D build/Release/proxy_addr_native.node | grep -q __asan_report ||
  { echo 'the addon is not instrumented' >&2; exit 1; }

# A preloaded shell would be checked too, so Node is started directly. Freed
# memory is kept for a while, but not for so long that a test of growth fails.
run() {
  LD_PRELOAD=$(readlink -f "$(gcc -print-file-name=libasan.so)") \
    ASAN_OPTIONS=detect_leaks=$1:quarantine_size_mb=16 COUNT=$comparisons \
    node "${@:2}"
}
mocha=node_modules/mocha/bin/mocha.js

# A process that calls process.exit(), or is left in the middle of a call,
# leaves much of V8's own memory behind, so the tests of how a process ends run
# without the search for leaks.
ends='test/spec/lifetime.test.js'
run 0 "$mocha" "$ends" test/native/{copies,reentrancy,threads}.test.js
run 1 "$mocha" --ignore "$ends" 'test/spec/*.test.js' 'test/compare/*.test.js'
# Whatever is not given back at the end is a leak: Node itself leaves nothing,
# so there is nothing to suppress. Growth is looked at without the sanitizer.
run 1 --expose-gc test/native/leaks.js --compiles 30000 --resolves 300000 --megabytes 500
