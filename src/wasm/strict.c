/*
 * strict: the WebAssembly module of the resolver, which the drop-in does not
 * load. Like module.c it decides nothing; lib/resolver/wasm.js puts arguments
 * into its memory.
 */
#include <stdint.h>
#include <stdlib.h>

#include "../core/strict/crossing.h"

#define EXPORT(name) __attribute__((export_name(name), used))

/* The walk under way: a call is over before the next begins. */
static pa_walk walk;
static pa_request request;

EXPORT("allocate") void *pa_wasm_allocate(size_t size) {
  return malloc(size);
}

EXPORT("release") void pa_wasm_release(void *memory) {
  free(memory);
}

EXPORT("policySize") size_t pa_wasm_policy_size(void) {
  return sizeof(pa_policy);
}

EXPORT("strictWords") size_t pa_wasm_strict_words(uint32_t most_entries) {
  return pa_crossing_words(most_entries);
}

/** Compiles a policy into memory of its size; returns a pa_error. */
EXPORT("compile")
pa_error pa_wasm_compile(const uint32_t *config, size_t words,
                         const pa_unit *text, size_t text_length,
                         const uint32_t *lengths, size_t count,
                         pa_policy *out) {
  const pa_entries list = {text, text_length, lengths, count};
  return pa_policy_compile(config, words, &list, out);
}

EXPORT("dispose") void pa_wasm_dispose(pa_policy *policy) {
  pa_policy_dispose(policy);
  free(policy);
}

/** See pa_walk_quickly(). Without a peer, it is known to be trusted. */
EXPORT("quickly")
double pa_wasm_quickly(const pa_policy *policy, uint32_t *words,
                       const pa_unit *peer, size_t peer_length,
                       const pa_unit *header, size_t header_length) {
  const pa_request quick = {.kind =
                                peer == NULL ? PA_PEER_TRUSTED : PA_PEER_SOCKET,
                            .peer = peer,
                            .peer_length = peer_length,
                            .header = header,
                            .header_length = header_length,
                            .refused = PA_NONE};
  return (double)pa_walk_quickly(policy, &quick,
                                 (pa_answer *)(words + PA_REQUEST_WORDS));
}

/** Walks the chain; returns the `from` header that is to be read next, or -1.
 */
EXPORT("begin")
int32_t pa_wasm_begin(const pa_policy *policy, uint32_t *words,
                      const pa_unit *peer, size_t peer_length,
                      const pa_unit *header, size_t header_length) {
  request = pa_request_read(words);
  request.peer = peer;
  request.peer_length = peer_length;
  if (peer == NULL && request.kind >= PA_PEER_SOCKET)
    request.kind = PA_PEER_NONE;
  request.header = header;
  request.header_length = header == NULL ? 0 : header_length;
  walk = (pa_walk){.policy = policy,
                   .request = &request,
                   .answer = (pa_answer *)(words + PA_REQUEST_WORDS)};
  pa_walk_chain(&walk);
  return (int32_t)pa_walk_next_from(&walk);
}

/** Reads that header; returns the next one, or -1. */
EXPORT("read")
int32_t pa_wasm_read(const pa_unit *text, size_t length) {
  pa_walk_read_from(&walk, text, length);
  return (int32_t)pa_walk_next_from(&walk);
}
