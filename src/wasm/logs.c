/*
 * logs: the WebAssembly module of lib/logs, which the drop-in does not load.
 * Like module.c it decides nothing; lib/logs/engine.js writes the arguments
 * into its memory.
 */
#include <stdint.h>
#include <stdlib.h>

#include "../core/logs/log.h"
#include "../core/proxy_addr.h"

#define EXPORT(name) __attribute__((export_name(name), used))

static pa_unit short_text[PA_SHORT_UNITS];

static pa_log_source source;

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

/** Sets the numbers and keys of the source for the next run. */
EXPORT("describe")
void pa_wasm_describe(const uint32_t *word, size_t words, const uint8_t *keys,
                      size_t keys_length) {
  source = (pa_log_source){
      .word = word, .words = words, .keys = keys, .keys_length = keys_length};
}

/** Sets one of its lists. */
EXPORT("list")
void pa_wasm_list(size_t i, const pa_unit *text, size_t text_length,
                  const uint32_t *lengths, size_t count) {
  source.list[i] = (pa_entries){text, text_length, lengths, count};
}

/** Sets one of its policies. */
EXPORT("policy")
void pa_wasm_policy(size_t i, const uint32_t *word, size_t words) {
  source.policy[i] = word;
  source.policy_words[i] = words;
}

/** Makes a run; returns its address, or minus a pa_error. */
EXPORT("make") int32_t pa_wasm_make(void) {
  size_t size = pa_log_size(&source);
  if (size == 0) return -PA_ERR_RANGE;
  pa_log *log = malloc(size);
  if (log == NULL) return -PA_ERR_MEMORY;
  __builtin_memset(log, 0, size);
  pa_error error = pa_log_make(&source, log);
  if (error == PA_OK) return (int32_t)log;
  free(log);
  return -(int32_t)error;
}

EXPORT("dispose") void pa_wasm_dispose(pa_log *log) {
  pa_log_dispose(log);
  free(log);
}

/** See pa_log_run(). */
EXPORT("run")
void pa_wasm_run(pa_log *log, const uint8_t *in, size_t length, uint8_t *out,
                 uint32_t *word) {
  pa_log_run(log, (pa_bytes){in, in + length}, out, word[PA_BLOCK_WORDS], word);
}
