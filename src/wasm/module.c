/*
 * wasm: the WebAssembly door, for where no binary can be loaded. Like addon.cc
 * it decides nothing. lib/engine/wasm.js puts the arguments into memory and
 * makes of this what lib/engine/index.js describes.
 *
 * Text has been written to memory before: short text to pa_wasm_text, longer
 * text to what pa_wasm_allocate() gave. Numbers are returned as double, which
 * holds all of them exactly and is what JavaScript has.
 */
#include <stdint.h>
#include <stdlib.h>

#include "../core/resolve.h"
#include "../core/why/describe.h"
#include "../core/why/entries.h"

#define EXPORT(name) __attribute__((export_name(name), used))

/* As in addon.cc. */
#define LENGTH_VALUES 512

/* Room for short text; lib/engine/wasm.js knows how much. */
#define TEXT_UNITS 512
static pa_unit short_text[TEXT_UNITS];

static pa_description description;

EXPORT("text") pa_unit *pa_wasm_text(void) {
  return short_text;
}

EXPORT("description") pa_description *pa_wasm_description(void) {
  return &description;
}

/** Returns NULL, that is 0, if there is no memory. */
EXPORT("allocate") void *pa_wasm_allocate(size_t size) {
  return malloc(size);
}

/** Sets, which are one allocation, and texts. */
EXPORT("release") void pa_wasm_release(void *memory) {
  free(memory);
}

EXPORT("isTrusted")
bool pa_wasm_is_trusted(const pa_trust_set *set, const pa_unit *text,
                        size_t length) {
  return pa_is_trusted(set, text, length);
}

/** Where the client stands behind a trusted peer, as one number. */
EXPORT("walk")
double pa_wasm_walk(const pa_trust_set *set, const pa_unit *text,
                    size_t length) {
  pa_client client = pa_resolve(set, text, length);
  double packed = 0;
  if (!client.is_peer) {
    size_t entry = client.entry.end - client.entry.start;
    if (entry > LENGTH_VALUES - 1) entry = LENGTH_VALUES - 1;
    packed = (double)client.entry.start * LENGTH_VALUES + (double)entry;
  }
  return client.reached_start ? -1 - packed : packed;
}

static pa_error add_entry(pa_builder *builder, const pa_unit *text,
                          size_t length) {
  pa_subnet subnet[PA_SUBNETS_PER_ENTRY];
  size_t count = 0;
  pa_error error = pa_subnet_parse(text, length, subnet, &count);
  for (size_t i = 0; error == PA_OK && i < count; i++)
    error = pa_builder_add(builder, &subnet[i]);
  return error;
}

/**
 * Compiles a list; see pa_entries.
 *
 * @return the address of the set, negated; 0 if there is no memory; otherwise
 *         the place of the wrong entry * 4 + its pa_error
 */
EXPORT("compile")
double pa_wasm_compile(const pa_unit *text, size_t rest,
                       const uint32_t *lengths, size_t count) {
  pa_builder builder = {0};
  pa_trust_set *set = NULL;
  pa_error error = PA_OK;
  size_t entry = 0;
  while (error == PA_OK && entry < count) {
    size_t length = lengths[entry] < rest ? lengths[entry] : rest;
    error = add_entry(&builder, text, length);
    if (error == PA_OK) entry++;
    text += length;
    rest -= length;
  }
  if (error == PA_OK) error = pa_builder_finish(&builder, &set);
  pa_builder_dispose(&builder);
  if (error == PA_OK) return -(double)(uintptr_t)set;
  return error == PA_ERR_MEMORY ? 0 : (double)entry * 4 + (double)error;
}

EXPORT("describeAddress")
pa_fault pa_wasm_describe_address(const pa_unit *text, size_t length) {
  return pa_address_describe(text, length, &description);
}

EXPORT("describeEntry")
pa_fault pa_wasm_describe_entry(const pa_unit *text, size_t length) {
  return pa_entry_describe(text, length, &description);
}

/** The place of the entry * 4 + that of the subnet; -1 if there is none. */
EXPORT("findEntry")
double pa_wasm_find_entry(const pa_unit *text, size_t text_length,
                          const uint32_t *lengths, size_t count,
                          const pa_unit *address_text, size_t address_length) {
  const pa_entries list = {text, text_length, lengths, count};
  pa_address address;
  pa_match match;
  if (!pa_address_parse(address_text, address_length, &address) ||
      !pa_entries_find(&list, &address, &match))
    return -1;
  return (double)match.entry * PA_SUBNETS_PER_ENTRY + (double)match.subnet;
}
