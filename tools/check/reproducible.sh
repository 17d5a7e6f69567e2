#!/usr/bin/env bash
# Builds the addon and the WebAssembly twice, in two new directories whose paths
# differ in length, and at different times: the files must be the same to the byte.
# So must what `npm run prebuilds` built before be, built again elsewhere.
set -euo pipefail
cd "$(dirname "$0")/../.."
project=$PWD

places=$(mktemp -d)
trap 'rm -rf "$places"' EXIT

# node-addon-api is compiled in, so its path differs, too.
build() {
  mkdir -p "$1/node_modules" "$1/lib/engine" "$1/lib/logs" "$1/lib/resolver"
  cp -r binding.gyp package.json src tools "$1"
  cp -r node_modules/node-addon-api "$1/node_modules"
  ln -s "$project/node_modules/node-gyp" "$1/node_modules/node-gyp"
  (cd "$1" && { node tools/build/addon.js && node tools/build/wasm.js; } >build.log 2>&1) || { cat "$1/build.log" >&2; exit 1; }
}

addon=build/Release/proxy_addr_native.node
wasm=(lib/{engine,logs,resolver}/wasm-binary.js)
build "$places/one"
build "$places/a/second/and/longer/place"
for file in "$addon" "${wasm[@]}"; do
  cmp "$places/one/$file" "$places/a/second/and/longer/place/$file"
  # The text of a module hides the names in it; the module is beside it.
  grep -q "$places" "$places/one/$file" "$places"/one/build/*.wasm &&
    { echo "$file contains the path of its build directory" >&2; exit 1; }
  sha256sum "$places/one/$file" | sed "s/ .*/  $(basename "$(dirname "$file")") twice the same/"
done

sha256sum prebuilds/*/*.node "${wasm[@]}" >"$places/sums"
mkdir "$places/temporary"
TMPDIR="$places/temporary" npm run --silent prebuilds >/dev/null
sha256sum --check --quiet "$places/sums"
echo "$(wc -l <"$places/sums") published files twice the same"
