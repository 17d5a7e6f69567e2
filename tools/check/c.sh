#!/usr/bin/env bash
# Formatting and warnings of all C and C++ code. Wants clang-format 14, gcc and
# clang; the addon's own warnings come with every build.
set -euo pipefail
cd "$(dirname "$0")/../.."

mapfile -t sources < <(git ls-files -co --exclude-standard '*.c' '*.h' '*.cc')
clang-format --dry-run -Werror "${sources[@]}"
node test/core/run.js --lint
