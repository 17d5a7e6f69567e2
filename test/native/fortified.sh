#!/usr/bin/env bash
# Runs the JavaScript tests of every rule on an addon built as distributions
# build, with _FORTIFY_SOURCE=2 and -O2. Linux and gcc. What is shipped is built
# without, because musl lacks the functions that it calls.
set -euo pipefail
cd "$(dirname "$0")/../.."
# An addon that does not load is not to be made up for.
export PROXY_ADDR_ENGINE=native

. tools/build/copy.sh '-O2 -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=2'

# The last optimisation flag of a command counts, and there would be no
# fortification without one.
compilations=$(grep -cE -- ' -o Release/obj.target/proxy_addr_native/.*\.o ' build.log || true)
fortified=$(grep -cE -- ' -O2 -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=2 -c *$' build.log || true)
[ "$compilations" -gt 0 ] && [ "$compilations" -eq "$fortified" ] ||
  { echo "$fortified of $compilations files are fortified" >&2; exit 1; }

# Where sizes are known at compile time, or to nobody, no call is replaced.
calls=$(nm -D build/Release/proxy_addr_native.node | grep -c '_chk@' || true)
echo "$fortified files fortified, $calls kinds of checked calls"

node node_modules/mocha/bin/mocha.js 'test/spec/*.test.js'
