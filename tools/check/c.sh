#!/usr/bin/env bash
# Checks the format and the warnings of all C and C++ code. Needs clang-format 14,
# gcc and clang. Every build shows the addon's own warnings.
set -euo pipefail
cd "$(dirname "$0")/../.."

mapfile -t sources < <(git ls-files -co --exclude-standard '*.c' '*.h' '*.cc')
clang-format --dry-run -Werror "${sources[@]}"
node test/core/run.js --lint
