/*
 * Checks that a log gives the same output, and no line is lost, whether it is
 * handled in one block, in two blocks, or line by line with no more room than
 * each line needs. The first byte of the input selects the format; the second,
 * the output and the rule; the third, where the log is divided. The remaining
 * bytes are the log.
 */
#include "check.h"
#include "fuzz.h"
#include "logs/log.h"

#include <stdlib.h>
#include <string.h>

#define HEAD 3
#define ROOM(size) ((size)*10 + 4096)

static const char KEYS[] = "remoteheadersxff";
static const pa_unit TRUSTED[] = u"10.0.0.0/8";

/* From half of the second byte: whom the first setting trusts. */
enum { BY_LIST, STRICTLY, BY_FORWARDED, ALONE };

/* A policy with one list of one entry. */
static const uint32_t LISTED[PA_CONFIG_WORDS + 1] = {
    PA_POLICY_TRUST | PA_POLICY_CHAIN, 1, 0, PA_NONE, 20, 0, 0, 0, 1};
static const uint32_t FORWARDED[PA_CONFIG_WORDS + 1] = {
    PA_POLICY_TRUST | PA_POLICY_CHAIN | PA_POLICY_FORWARDED,
    1,
    0,
    PA_NONE,
    20,
    0,
    0,
    0,
    1};

static pa_log *make(uint8_t kind, uint8_t chosen) {
  uint8_t rule = chosen >> 4 & 3, output = (chosen & 15) % PA_OUTPUTS;
  const uint32_t length = sizeof TRUSTED / sizeof *TRUSTED - 1;
  const pa_entries list = {TRUSTED, length, &length, 1};
  uint32_t word[PA_RUN_WORDS + 3] = {
      kind % PA_LINE_KINDS, output, 4, 0, 1, 2, 3};
  word[PA_RUN_SETTINGS] = rule == ALONE && output != PA_OUTPUT_COMPARE ? 1 : 2;
  if (rule == STRICTLY || rule == BY_FORWARDED)
    word[PA_RUN_SETTING] = PA_SETTING_STRICT;
  word[PA_RUN_SETTING + 2] = PA_SETTING_HOPS;
  word[PA_RUN_SETTING + 3] = 1;
  word[PA_RUN_KEYS] = 1;
  word[PA_RUN_KEYS + 1] = 2;
  word[PA_RUN_WORDS] = 6;
  word[PA_RUN_WORDS + 1] = 7;
  word[PA_RUN_WORDS + 2] = 3;
  const pa_log_source source = {
      .word = word,
      .words = PA_RUN_WORDS + 3,
      .keys = (const uint8_t *)KEYS,
      .keys_length = sizeof KEYS - 1,
      .list = {list, list, list},
      .policy = {rule == STRICTLY ? LISTED : FORWARDED},
      .policy_words = {PA_CONFIG_WORDS + 1}};
  size_t size = pa_log_size(&source);
  CHECK(size > 0);
  pa_log *log = calloc(1, size);
  if (log == NULL) abort();
  CHECK(pa_log_make(&source, log) == PA_OK);
  CHECK(pa_log_memory(log) > size);
  return log;
}

static void prepare(uint32_t *word, size_t length, bool has_more) {
  word[PA_BLOCK_FLAGS] = has_more ? PA_BLOCK_MORE : 0;
  for (uint32_t i = 0; i < PA_FIELDS; i++)
    word[PA_BLOCK_COLUMN + i] = 1 + 2 * i;
  word[PA_BLOCK_LIMIT] = (uint32_t)length;
}

/* Runs over a copy, which ends where its memory does. */
static size_t run(pa_log *log, pa_bytes in, bool has_more, uint8_t *out,
                  uint32_t *word) {
  size_t length = pa_bytes_length(in);
  uint8_t *copy = malloc(length + (length == 0));
  if (copy == NULL) abort();
  if (length > 0) memcpy(copy, in.at, length);
  prepare(word, length, has_more);
  pa_log_run(log, (pa_bytes){copy, copy + length}, out, ROOM(length), word);
  CHECK(word[PA_BLOCK_NEEDED] == 0 && word[PA_BLOCK_FLAGS] == 0);
  CHECK(word[PA_BLOCK_CONSUMED] <= length);
  CHECK(word[PA_BLOCK_WRITTEN] <= ROOM(length));
  free(copy);
  return word[PA_BLOCK_WRITTEN];
}

/* Runs line by line, each with exactly the room that it needs. */
static size_t run_in_little(pa_log *log, pa_bytes in, uint8_t *out,
                            uint32_t *word) {
  size_t written = 0, room = 0;
  for (;;) {
    prepare(word, pa_bytes_length(in), false);
    uint8_t *little = malloc(room + 1);
    if (little == NULL) abort();
    pa_log_run(log, in, little, room, word);
    CHECK(word[PA_BLOCK_WRITTEN] <= room);
    memcpy(out + written, little, word[PA_BLOCK_WRITTEN]);
    free(little);
    written += word[PA_BLOCK_WRITTEN];
    in.at += word[PA_BLOCK_CONSUMED];
    if (word[PA_BLOCK_NEEDED] == 0) return written;
    CHECK(word[PA_BLOCK_CONSUMED] > 0 || word[PA_BLOCK_NEEDED] > room);
    room = word[PA_BLOCK_NEEDED];
  }
}

/* The records of a comparison contain a line's offset in its block. */
static bool depends_on_blocks(const pa_log *log) {
  return log->output == PA_OUTPUT_COMPARE;
}

void fuzz_logs(const uint8_t *data, size_t size) {
  uint32_t word[PA_BLOCK_WORDS] = {0};
  if (size < HEAD) return;
  pa_log *log = make(data[0], data[1]);
  pa_bytes all = {data + HEAD, data + size};
  size_t length = pa_bytes_length(all);
  size_t cut = length == 0 ? 0 : data[2] % (length + 1);
  uint8_t *whole = malloc(ROOM(length));
  uint8_t *parts = malloc(2 * ROOM(length));
  if (whole == NULL || parts == NULL) abort();
  size_t expected = run(log, all, false, whole, word);
  uint32_t lines = word[PA_BLOCK_LINES];
  CHECK(word[PA_BLOCK_CONSUMED] == length);
  size_t little = run_in_little(log, all, parts, word);
  CHECK(depends_on_blocks(log) ||
        (little == expected && memcmp(whole, parts, expected) == 0));
  size_t first = run(log, (pa_bytes){all.at, all.at + cut}, true, parts, word);
  uint32_t first_lines = word[PA_BLOCK_LINES];
  all.at += word[PA_BLOCK_CONSUMED];
  size_t second = run(log, all, false, parts + first, word);
  CHECK(first_lines + word[PA_BLOCK_LINES] == lines);
  CHECK(depends_on_blocks(log) ||
        (first + second == expected && memcmp(whole, parts, expected) == 0));
  pa_log_dispose(log);
  free(log);
  free(whole);
  free(parts);
}
