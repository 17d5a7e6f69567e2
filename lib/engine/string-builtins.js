'use strict'

/*
 * Copies text into WebAssembly's memory with V8's string builtins, where they exist
 * (Node 22 and later): a module that imports "wasm:js-string" reads a string's units
 * without a call for each. The module is small, so it is written out here:
 *
 *   (import "wasm:js-string" "charCodeAt" (func $unit (param externref i32) (result i32)))
 *   (import "engine" "memory" (memory 0))
 *   (func (export "write") (param $text externref) (param $at i32) (param $length i32)
 *     (local $i i32)
 *     (block (loop
 *       (br_if 1 (i32.ge_u (local.get $i) (local.get $length)))
 *       (i32.store16 (local.get $at) (call $unit (local.get $text) (local.get $i)))
 *       (local.set $at (i32.add (local.get $at) (i32.const 2)))
 *       (local.set $i (i32.add (local.get $i) (i32.const 1)))
 *       (br 0))))
 */

/** Node's types do not have the option yet. */
const wasm = /** @type {any} */ (WebAssembly)

const BUILTINS = { builtins: ['js-string'] }

const EXTERNREF = 0x6f
const I32 = 0x7f

/** @param {string} text */
function name (text) {
  return [text.length, ...Array.from(text, (character) => character.charCodeAt(0))]
}

/** @param {number} id @param {number[]} content */
function section (id, content) {
  return [id, content.length, ...content]
}

/**
 * Returns the module. With the wrong result type for charCodeAt, it is invalid
 * where charCodeAt is a builtin, and valid elsewhere.
 *
 * @param {number} result the type of what charCodeAt returns
 */
function moduleBytes (result) {
  const body = [
    1, 1, I32, // one local, $i
    0x02, 0x40, 0x03, 0x40, // block, loop
    0x20, 3, 0x20, 2, 0x4f, 0x0d, 1, // br_if 1 (i32.ge_u $i $length)
    0x20, 1, 0x20, 0, 0x20, 3, 0x10, 0, // $at, call $unit ($text, $i)
    ...result === I32 ? [] : [0x1a, 0x41, 0], // drop what cannot be stored: i32.const 0
    0x3b, 1, 0, // i32.store16
    0x20, 1, 0x41, 2, 0x6a, 0x21, 1, // $at += 2
    0x20, 3, 0x41, 1, 0x6a, 0x21, 3, // $i += 1
    0x0c, 0, 0x0b, 0x0b, 0x0b // br 0, end, end, end
  ]
  return Uint8Array.from([
    0, 0x61, 0x73, 0x6d, 1, 0, 0, 0,
    ...section(1, [2, 0x60, 2, EXTERNREF, I32, 1, result, 0x60, 3, EXTERNREF, I32, I32, 0]),
    ...section(2, [2, ...name('wasm:js-string'), ...name('charCodeAt'), 0, 0,
      ...name('engine'), ...name('memory'), 2, 0, 0]),
    ...section(3, [1, 1]),
    ...section(7, [1, ...name('write'), 0, 1]),
    ...section(10, [1, body.length, ...body])
  ])
}

/** Returns whether the builtins exist. Where they do not, the option is ignored. */
function exist () {
  return wasm.validate(moduleBytes(I32), BUILTINS) && !wasm.validate(moduleBytes(EXTERNREF), BUILTINS)
}

/**
 * @param {object} memory
 * @returns {((text: string, at: number, length: number) => void) | undefined}
 *   writes a text to memory; undefined if there are no builtins
 */
function writer (memory) {
  if (!exist()) return undefined
  const module = new wasm.Module(moduleBytes(I32), BUILTINS)
  return new wasm.Instance(module, { engine: { memory } }).exports.write
}

module.exports = { writer }
