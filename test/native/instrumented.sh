#!/usr/bin/env bash
# Runs the JavaScript tests of every rule on an addon that gcc built with other flags,
# in a copy of the project, so that the ordinary build stays unchanged. Linux only.
#
#   bash test/native/instrumented.sh asan [comparisons]
#       with AddressSanitizer and UndefinedBehaviorSanitizer; also makes a
#       differential run
#   bash test/native/instrumented.sh fortified
#       with _FORTIFY_SOURCE=2 and -O2, as distributions build. The published
#       binaries do not use it, because musl lacks the functions that it calls.
set -euo pipefail
cd "$(dirname "$0")/../.."
# If the addon does not load, fail; do not fall back to WebAssembly.
export PROXY_ADDR_ENGINE=native
addon=build/Release/proxy_addr_native.node
mocha=node_modules/mocha/bin/mocha.js

# build FLAGS: builds the addon with these additional flags, in a copy of the project,
# and changes to that folder.
build() {
  copy=$(mktemp -d)
  trap 'rm -rf "$copy"' EXIT
  cp -r binding.gyp docs lib package.json prebuilds.js README.md src tools test tsconfig.json \
    .mocharc.js "$copy"
  ln -s "$PWD/node_modules" "$copy/node_modules"
  cd "$copy"
  CFLAGS="$1" CXXFLAGS="$1" LDFLAGS="$1" CC=gcc CXX=g++ \
    V=1 node tools/build/addon.js >build.log 2>&1 || { cat build.log >&2; exit 1; }
}

# Node is started directly, because a shell with the preloaded library would be checked
# too. Freed memory is kept for a while, but not so long that a test of growth fails.
under_asan() {
  LD_PRELOAD=$(readlink -f "$(gcc -print-file-name=libasan.so)") \
    ASAN_OPTIONS=detect_leaks=$1:quarantine_size_mb=16 COUNT=$comparisons \
    node "${@:2}"
}

asan() {
  comparisons=${1:-20000}
  build '-fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer -g -O1'
  nm -D "$addon" | grep -q __asan_report ||
    { echo 'the addon is not instrumented' >&2; exit 1; }
  # A process that calls process.exit(), or is ended in the middle of a call, leaks
  # much of V8's own memory, so the tests of how a process ends do not search for leaks.
  local ends='test/spec/lifetime.test.js'
  under_asan 0 "$mocha" "$ends" test/native/{copies,reentrancy,threads}.test.js
  under_asan 1 "$mocha" --ignore "$ends" 'test/spec/*.test.js' 'test/compare/*.test.js'
  # Whatever is not freed at the end is a leak: Node itself leaks nothing, so
  # nothing is suppressed. Growth is measured without the sanitizer.
  under_asan 1 --expose-gc test/native/leaks.js --compiles 30000 --resolves 300000 --megabytes 500
}

fortified() {
  build '-O2 -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=2'
  # A command's last optimisation flag counts; without optimisation, nothing is
  # fortified.
  local compilations fortified calls
  compilations=$(grep -cE -- ' -o Release/obj.target/proxy_addr_native/.*\.o ' build.log || true)
  fortified=$(grep -cE -- ' -O2 -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=2 -c *$' build.log || true)
  [ "$compilations" -gt 0 ] && [ "$compilations" -eq "$fortified" ] ||
    { echo "$fortified of $compilations files are fortified" >&2; exit 1; }
  # Calls whose sizes are known at compile time, or not at all, are not replaced.
  calls=$(nm -D "$addon" | grep -c '_chk@' || true)
  echo "$fortified files are fortified, with $calls kinds of checked calls"
  node "$mocha" 'test/spec/*.test.js'
}

case ${1:-} in
  asan | fortified) "$@" ;;
  *) echo "unknown build '${1:-}' (expected asan or fortified)" >&2; exit 2 ;;
esac
