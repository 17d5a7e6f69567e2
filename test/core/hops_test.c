/* A header -> its entries, nearest first. */
#include "check.h"
#include "hops.h"
#include "vectors.h"

#include <string.h>

#define SUITE "hops"

static bool is_untouched(const pa_slice *slice) {
  return slice->start == 7 && slice->end == 6;
}

/** Entries follow each other to the left and stay inside the header. */
static bool is_in_order(const pa_slice *slice, size_t limit) {
  return slice->start < slice->end && slice->end <= limit;
}

static void show_hops(const pa_unit *text, size_t length, shown *out) {
  pa_hops hops = pa_hops_begin(text, length);
  pa_slice slice = {7, 6};
  size_t limit = length;
  while (pa_hops_next(&hops, &slice)) {
    if (!is_in_order(&slice, limit)) {
      show(out, " a slice out of order");
      return;
    }
    if (out->length > 0) show(out, " ");
    show_quoted(out, text + slice.start, slice.end - slice.start);
    limit = slice.start;
    slice = (pa_slice){7, 6};
  }
  if (out->length == 0) show(out, "nothing");
  if (!is_untouched(&slice)) show(out, ", but written");
  if (pa_hops_next(&hops, &slice)) show(out, ", but more after the end");
}

static void answer(const vector *given, guard_place place, shown *out) {
  size_t length = given->input[0].length;
  show_hops(place(given->input[0].text, length), length, out);
}

static void check_missing_text(void) {
  shown out = {.length = 0};
  check_start(SUITE, "The empty header may be a null pointer");
  show_hops(NULL, 0, &out);
  check_same("nothing", out.text, __FILE__, __LINE__);
}

/**
 * Finds, by definition, the entry that ends at `end`, a comma or the header's
 * end: from the first to the last character that is not a space.
 */
static bool slow_entry(const pa_unit *text, size_t end, size_t *from,
                       pa_slice *out) {
  bool found = false;
  for (*from = end; *from > 0 && text[*from - 1] != ','; --*from) {
    if (text[*from - 1] == ' ') continue;
    if (!found) out->end = *from;
    out->start = *from - 1;
    found = true;
  }
  return found;
}

static void check_against_definition(const pa_unit *text, size_t length) {
  pa_hops hops = pa_hops_begin(text, length);
  pa_slice expected = {0, 0}, got = {0, 0};
  size_t end = length, from;
  for (bool more = true; more; end = from - 1) {
    if (slow_entry(text, end, &from, &expected)) {
      CHECK(pa_hops_next(&hops, &got));
      CHECK(got.start == expected.start && got.end == expected.end);
    }
    more = from > 0;
  }
  CHECK(!pa_hops_next(&hops, &got));
}

static void check_all_short_headers(void) {
  static const uint8_t alphabet[] = {',', ' ', 'a', '\t'};
  size_t longest = check_slowly ? 5 : 9;
  check_start(SUITE, "Every short header is split as defined");
  for (size_t length = 0; length <= longest; length++) {
    for (size_t code = 0; code < (size_t)1 << 2 * length; code++) {
      uint8_t text[16];
      for (size_t i = 0; i < length; i++) {
        text[i] = alphabet[code >> 2 * i & 3];
      }
      const pa_unit *placed = guard_places[code & 1](text, length);
      check_input(text, length);
      check_against_definition(placed, length);
    }
  }
}

/* Runs of commas and spaces of each length around two blocks. */
static void check_runs(void) {
  static const uint8_t filler[][2] = {{',', ','}, {' ', ' '}, {',', ' '}};
  uint8_t text[40];
  check_start(SUITE, "A run of commas and spaces is skipped, wherever it ends");
  for (size_t length = 1; length <= sizeof text; length++) {
    for (size_t at = 0; at < length * 6; at++) {
      for (size_t i = 0; i < length; i++)
        text[i] = filler[at / length / 2][i & 1];
      text[at % length] = 'a';
      const pa_unit *placed = guard_places[at / length & 1](text, length);
      check_input(text, length);
      check_against_definition(placed, length);
    }
  }
}

static void check_similar_units(void) {
  static const pa_unit unit[] = {0x012c, 0x2c00, 0x2c2c, 0x802c, 0x0120,
                                 0x2000, 0x2020, 0x8020, 0,      0xffff};
  pa_unit text[20];
  check_start(SUITE,
              "A unit that shares a byte with a comma or a space is text");
  for (size_t i = 0; i < sizeof unit / sizeof *unit * 20; i++) {
    for (size_t at = 0; at < 20; at++)
      text[at] = at % 3 == 0 ? ',' : ' ';
    text[i % 20] = unit[i / 20];
    check_against_definition(text, 20);
  }
}

static void check_laziness(void) {
  static const uint8_t text[] = "1.1.1.1,2.2.2.2, 3.3.3.3";
  check_start(SUITE, "A step reads no further than the comma before its entry");
  const pa_unit *placed = guard_start(text + 7, sizeof text - 1 - 7);
  pa_hops hops = pa_hops_begin(placed - 7, sizeof text - 1);
  pa_slice slice = {0, 0};
  CHECK(pa_hops_next(&hops, &slice));
  CHECK(slice.start == 17 && slice.end == 24);
  CHECK(pa_hops_next(&hops, &slice));
  CHECK(slice.start == 8 && slice.end == 15);
}

void test_hops(void) {
  vectors_run(SUITE, SUITE, answer);
  check_missing_text();
  check_all_short_headers();
  check_runs();
  check_similar_units();
  check_laziness();
}
