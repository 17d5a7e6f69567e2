#!/usr/bin/env bash
# Builds the addon twice, in new directories whose paths differ in length, at
# different times: the files must be equal to the byte. So must the binaries that
# are in prebuilds/ and those of a second build elsewhere.
set -euo pipefail
cd "$(dirname "$0")/../.."
project=$PWD

places=$(mktemp -d)
trap 'rm -rf "$places"' EXIT

# node-addon-api is compiled in, so its path differs, too.
build() {
  mkdir -p "$1/node_modules"
  cp -r binding.gyp package.json src tools "$1"
  cp -r node_modules/node-addon-api "$1/node_modules"
  ln -s "$project/node_modules/node-gyp" "$1/node_modules/node-gyp"
  (cd "$1" && node tools/build/addon.js >build.log 2>&1) || { cat "$1/build.log" >&2; exit 1; }
}

addon=build/Release/proxy_addr_native.node
build "$places/one"
build "$places/a/second/and/longer/place"
cmp "$places/one/$addon" "$places/a/second/and/longer/place/$addon"

grep -q "$places" "$places/one/$addon" &&
  { echo 'the file contains the path of its build directory' >&2; exit 1; }
sha256sum "$places/one/$addon" | sed 's/ .*/  twice the same/'

sha256sum prebuilds/*/*.node >"$places/sums"
mkdir "$places/temporary"
TMPDIR="$places/temporary" npm run --silent prebuilds >/dev/null
sha256sum --check --quiet "$places/sums"
echo "$(wc -l <"$places/sums") prebuilt binaries twice the same"
