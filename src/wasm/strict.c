/*
 * strict: the WebAssembly module of the resolver, which the drop-in does not
 * load. Like module.c it decides nothing; lib/resolver/wasm.js writes the
 * arguments into its memory.
 */
#include <stdint.h>
#include <stdlib.h>

#include "../core/proxy_addr.h"
#include "../core/strict/crossing.h"

#define EXPORT(name) __attribute__((export_name(name), used))

static pa_unit short_text[PA_SHORT_UNITS];

/* The current walk; there is only one, because a call ends before the next. */
static pa_walk walk;
static pa_request request;

EXPORT("text") pa_unit *pa_wasm_text(void) {
  return short_text;
}

EXPORT("layout") const uint32_t *pa_wasm_layout(void) {
  return pa_layout;
}

EXPORT("allocate") void *pa_wasm_allocate(size_t size) {
  return malloc(size);
}

EXPORT("release") void pa_wasm_release(void *memory) {
  free(memory);
}

/**
 * Compiles a policy.
 *
 * @return its address; 0 if memory ran out; otherwise minus a pa_error
 */
EXPORT("compile")
double pa_wasm_compile(const uint32_t *config, size_t words,
                       const pa_unit *text, size_t text_length,
                       const uint32_t *lengths, size_t count) {
  const pa_entries list = {text, text_length, lengths, count};
  pa_policy *policy = malloc(sizeof *policy);
  if (policy == NULL) return 0;
  pa_error error = pa_policy_compile(config, words, &list, policy);
  if (error == PA_OK) return (double)(uintptr_t)policy;
  free(policy);
  return error == PA_ERR_MEMORY ? 0 : -(double)error;
}

EXPORT("dispose") void pa_wasm_dispose(pa_policy *policy) {
  pa_policy_dispose(policy);
  free(policy);
}

/** Returns how many numbers a request and its answer take. */
EXPORT("words") size_t pa_wasm_words(const pa_policy *policy) {
  return pa_crossing_words(policy->most_entries);
}

/** Returns how many of these numbers the request and its answer use. */
EXPORT("used") size_t pa_wasm_used(const uint32_t *words) {
  const pa_answer *answer = (const pa_answer *)(words + PA_REQUEST_WORDS);
  return PA_REQUEST_WORDS + PA_ANSWER_WORDS +
         answer->hops * PA_ANSWER_HOP_WORDS;
}

/** See pa_client_find(). If `peer` is NULL, it is known to be trusted. */
EXPORT("find")
double pa_wasm_find(const pa_policy *policy, const pa_unit *peer,
                    size_t peer_length, const pa_unit *header,
                    size_t header_length) {
  const pa_request quick = {.kind =
                                peer == NULL ? PA_PEER_TRUSTED : PA_PEER_SOCKET,
                            .peer = peer,
                            .peer_length = peer_length,
                            .header = header,
                            .header_length = header_length,
                            .refused = PA_NONE};
  return (double)pa_client_find(policy, &quick);
}

/**
 * Walks the chain; returns the index of the next `from` header to read, or -1.
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

/** Reads that header; returns the index of the next one, or -1. */
EXPORT("read")
int32_t pa_wasm_read(const pa_unit *text, size_t length) {
  pa_walk_read_from(&walk, text, length);
  return (int32_t)pa_walk_next_from(&walk);
}
