#!/bin/bash -eu
# Builds every target of test/core/fuzz, with its corpus and its dictionary, as OSS-Fuzz
# requires. Run it at the root of the project, with CC, CFLAGS, CXX, CXXFLAGS,
# LIB_FUZZING_ENGINE and OUT set.
tests=test/core
fuzz=$tests/fuzz
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

objects=()
for source in $(find src/core -name '*.c') $tests/{check,lists,vectors}.c $fuzz/*.c; do
  [ "$source" = $fuzz/input.c ] && continue
  object=$work/${source//\//-}.o
  # shellcheck disable=SC2086
  $CC $CFLAGS -std=c11 -I src/core -I $tests -I $fuzz -c "$source" -o "$object"
  objects+=("$object")
done

targets=$(node -p "require('./$fuzz/corpus').TARGETS.join(' ')")
for target in $targets; do
  # shellcheck disable=SC2086
  $CC $CFLAGS -std=c11 -I src/core -I $tests -I $fuzz "-DFUZZ_TARGET=fuzz_$target" \
    -c $fuzz/input.c -o "$work/engine-$target.o"
  # The fuzzing engine may be C++, so the C++ compiler links.
  # shellcheck disable=SC2086
  $CXX $CXXFLAGS "$work/engine-$target.o" "${objects[@]}" $LIB_FUZZING_ENGINE -o "$OUT/$target"
  folder=$(node -p "require('./$fuzz/corpus').unpack('$target')")
  (cd "$folder" && zip -q -r - .) >"$OUT/${target}_seed_corpus.zip"
  # The inputs of these are records, so no dictionary helps.
  case $target in
    set | strict) ;;
    *) cp $fuzz/pieces.dict "$OUT/$target.dict" ;;
  esac
done
