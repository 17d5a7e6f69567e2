/*
 * module: the WebAssembly engine, for machines without a binary. Like addon.cc
 * it decides nothing. lib/engine/wasm.js writes the arguments into memory, and
 * provides the interface that lib/engine/index.js describes.
 *
 * Text is already in memory: short text at pa_wasm_text(), longer text at the
 * address that pa_wasm_allocate() returned. Numbers are returned as double,
 * which holds each of them exactly and is JavaScript's own type.
 */
#include <stdint.h>
#include <stdlib.h>

#include "../core/proxy_addr.h"

#define EXPORT(name) __attribute__((export_name(name), used))

static pa_unit short_text[PA_SHORT_UNITS];

static pa_description description;

EXPORT("text") pa_unit *pa_wasm_text(void) {
  return short_text;
}

EXPORT("description") pa_description *pa_wasm_description(void) {
  return &description;
}

/** Returns NULL, which is 0, if memory ran out. */
EXPORT("allocate") void *pa_wasm_allocate(size_t size) {
  return malloc(size);
}

/** Frees a set, which is one allocation, or a text. */
EXPORT("release") void pa_wasm_release(void *memory) {
  free(memory);
}

EXPORT("isTrusted")
bool pa_wasm_is_trusted(const pa_trust_set *set, const pa_unit *text,
                        size_t length) {
  return pa_is_trusted(set, text, length);
}

/** Where the client is if the peer is trusted; see pa_client_pack(). */
EXPORT("walk")
double pa_wasm_walk(const pa_trust_set *set, const pa_unit *text,
                    size_t length) {
  pa_client client = pa_resolve(set, text, length);
  return (double)pa_client_pack(&client);
}

/**
 * Compiles a list; see pa_entries.
 *
 * @return the address of the set; 0 if memory ran out; for an invalid entry,
 *         minus what pa_error_pack() returns
 */
EXPORT("compile")
double pa_wasm_compile(const pa_unit *text, size_t text_length,
                       const uint32_t *lengths, size_t count) {
  const pa_entries list = {text, text_length, lengths, count};
  pa_trust_set *set = NULL;
  size_t entry = 0;
  pa_error error = pa_compile(&list, &set, &entry);
  if (error == PA_OK) return (double)(uintptr_t)set;
  return error == PA_ERR_MEMORY ? 0 : -(double)pa_error_pack(entry, error);
}

EXPORT("describeAddress")
pa_fault pa_wasm_describe_address(const pa_unit *text, size_t length) {
  return pa_address_describe(text, length, &description);
}

EXPORT("describeEntry")
pa_fault pa_wasm_describe_entry(const pa_unit *text, size_t length) {
  return pa_entry_describe(text, length, &description);
}

/** Both lists are in memory as arrays; see pa_chain_describe(). */
EXPORT("describeChain")
void pa_wasm_describe_chain(const pa_unit *text, size_t text_length,
                            const uint32_t *lengths, size_t count,
                            const pa_unit *chain_text, size_t chain_length,
                            const uint32_t *chain_lengths, size_t chain_count,
                            pa_hop *out) {
  const pa_entries list = {text, text_length, lengths, count};
  const pa_entries chain = {chain_text, chain_length, chain_lengths,
                            chain_count};
  pa_chain_describe(&list, &chain, out);
}

EXPORT("names") size_t pa_wasm_names(uint32_t *out, size_t room) {
  return pa_names_write(out, room);
}

EXPORT("layout") const uint32_t *pa_wasm_layout(void) {
  return pa_layout;
}
