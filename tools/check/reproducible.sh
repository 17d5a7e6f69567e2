#!/usr/bin/env bash
# Builds the addon and the WebAssembly again, at another time, in a new directory whose
# path has another length: the files must be the same to the byte.
#
#   bash tools/check/reproducible.sh [--published]
#
# With --published, the files that `npm run prebuilds` built before must be the same, too.
set -euo pipefail
cd "$(dirname "$0")/../.."
project=$PWD

places=$(mktemp -d)
trap 'rm -rf "$places"' EXIT

npm run --silent build >/dev/null
copy=$places/a/second/and/longer/place
# node-addon-api is compiled in, so its path differs, too.
mkdir -p "$copy/node_modules" "$copy"/lib/{engine,logs,resolver}
cp -r binding.gyp package.json src tools "$copy"
cp -r node_modules/node-addon-api "$copy/node_modules"
ln -s "$project/node_modules/node-gyp" "$copy/node_modules/node-gyp"
(cd "$copy" && { node tools/build/addon.js && node tools/build/wasm.js; } >build.log 2>&1) || { cat "$copy/build.log" >&2; exit 1; }

wasm=(lib/{engine,logs,resolver}/wasm-binary.js)
for file in build/Release/proxy_addr_native.node "${wasm[@]}"; do
  cmp "$project/$file" "$copy/$file"
  # The text of a module hides the names in it, so the module itself is beside it.
  grep -q "$places" "$copy/$file" "$copy"/build/*.wasm &&
    { echo "$file contains the path of its build directory" >&2; exit 1; }
  sha256sum "$copy/$file" | sed "s/ .*/  $(basename "$(dirname "$file")") twice the same/"
done
[ "${1:-}" = --published ] || exit 0

sha256sum prebuilds/*/*.node "${wasm[@]}" >"$places/sums"
mkdir "$places/temporary"
TMPDIR="$places/temporary" npm run --silent prebuilds >/dev/null
sha256sum --check --quiet "$places/sums"
echo "$(wc -l <"$places/sums") published files twice the same"
