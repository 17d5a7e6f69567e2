# To be sourced at the root of the project, by bash: makes a copy of it, which
# goes away when the script ends, goes there, and builds the addon by gcc with
# further flags. So the ordinary build stays as it is.
#
# Usage: . tools/build/copy.sh "flags"
copy=$(mktemp -d)
trap 'rm -rf "$copy"' EXIT
cp -r binding.gyp docs lib package.json prebuilds.js README.md src tools test tsconfig.json \
  .mocharc.js "$copy"
ln -s "$PWD/node_modules" "$copy/node_modules"
cd "$copy"

CFLAGS="$1" CXXFLAGS="$1" LDFLAGS="$1" CC=gcc CXX=g++ \
  V=1 node tools/build/addon.js >build.log 2>&1 || { cat build.log >&2; exit 1; }
