/* Text -> address: the table, and loops over more than a table can list. */
#include "address.h"
#include "check.h"
#include "vectors.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define SUITE "address"

typedef bool parse_function(const pa_unit *, size_t, pa_address *);

static void show_parsed(parse_function *parse, const pa_unit *text,
                        size_t length, shown *out) {
  pa_address address, before;
  memset(&before, 0xa5, sizeof before);
  memcpy(&address, &before, sizeof before);
  if (parse(text, length, &address)) {
    show_address(out, &address);
  } else {
    bool untouched = memcmp(&address, &before, sizeof before) == 0;
    show(out, untouched ? "invalid" : "invalid, but written");
  }
}

/** Calls both functions; if their answers differ, shows both. */
static void show_both(const pa_unit *text, size_t length, shown *out) {
  shown full = {.length = 0};
  show_parsed(pa_address_parse, text, length, out);
  show_parsed(pa_address_parse_full, text, length, &full);
  if (strcmp(out->text, full.text) != 0) show(out, ", in full %s", full.text);
}

static void answer(const vector *given, guard_place place, shown *out) {
  size_t length = given->input[0].length;
  show_both(place(given->input[0].text, length), length, out);
}

static void check_parsed(const char *text, const char *expected) {
  shown out = {.length = 0};
  size_t length = strlen(text);
  check_input(text, length);
  show_both(guard_end(text, length), length, &out);
  check_same(expected, out.text, __FILE__, __LINE__);
}

static void check_missing_text(void) {
  shown out = {.length = 0};
  check_start(SUITE, "The empty text may be a null pointer");
  show_both(NULL, 0, &out);
  check_same("invalid", out.text, __FILE__, __LINE__);
}

static void check_every_octet(void) {
  check_start(SUITE, "Every number up to 255 is read in each part");
  for (int place = 0; place < 4; place++) {
    for (int value = 0; value <= 255; value++) {
      int part[4] = {9, 9, 9, 9};
      char text[32], expected[40];
      part[place] = value;
      snprintf(text, sizeof text, "%d.%d.%d.%d", part[0], part[1], part[2],
               part[3]);
      snprintf(expected, sizeof expected, "IPv4 %s", text);
      check_parsed(text, expected);
      snprintf(text, sizeof text, "0%o.0x%x.%d.%d", part[0], part[1], part[2],
               part[3]);
      check_parsed(text, expected);
    }
  }
}

/* A group of four significant digits, or zero. */
static unsigned some_group(prng *random) {
  return prng_below(random, 3) == 0 ? 0 : (unsigned)prng_below(random, 0x10000);
}

/**
 * Writes eight groups, with "::" in the place of groups[from..to) if they are
 * all zero.
 */
static void write_groups(const unsigned group[8], int from, int to,
                         const char *format, char *out, size_t size) {
  size_t used = 0;
  for (int i = from; i < to; i++) {
    if (group[i] != 0) from = to = 8;
  }
  for (int i = 0; i < 8; i++) {
    const char *colon = i > 0 && i != to ? ":" : "";
    if (from < to && i == from) {
      used += (size_t)snprintf(out + used, size - used, "::");
    }
    if (i >= from && i < to) continue;
    used += (size_t)snprintf(out + used, size - used, "%s", colon);
    used += (size_t)snprintf(out + used, size - used, format, group[i]);
  }
}

static void check_random_groups(void) {
  static const char *const formats[] = {"%x", "%X", "%04x", "%05x"};
  prng random = prng_for(1);
  check_start(SUITE, "Groups in any notation are read back");
  for (int round = 0; round < (check_slowly ? 2000 : 50000); round++) {
    unsigned group[8];
    char text[128], plain[128], expected[160];
    for (int i = 0; i < 8; i++) {
      group[i] = some_group(&random);
    }
    group[0] |= 1;
    int from = 1 + (int)prng_below(&random, 7);
    int to = from + 1 + (int)prng_below(&random, (size_t)(8 - from));
    write_groups(group, from, to, formats[prng_below(&random, 4)], text,
                 sizeof text);
    write_groups(group, 8, 8, "%x", plain, sizeof plain);
    snprintf(expected, sizeof expected, "IPv6 %s", plain);
    check_parsed(text, expected);
  }
}

/** Each character in turn gets a second byte: U+0130 ends like '0'. */
static void check_foreign_units(void) {
  static const char *const valid[] = {"1.2.3.4", "0x7f.0.0.1",
                                      "::ffff:10.20.30.40", "fe80::1%eth0"};
  check_start(SUITE, "A unit is not taken for the character of its low byte");
  for (size_t i = 0; i < sizeof valid / sizeof *valid; i++) {
    size_t length = strlen(valid[i]);
    pa_unit text[32];
    memcpy(text, guard_end(valid[i], length), length * sizeof *text);
    for (size_t at = 0; at < length; at++) {
      for (unsigned bit = 8; bit < 16; bit++) {
        shown out = {.length = 0};
        text[at] ^= (pa_unit)(1U << bit);
        show_both(text, length, &out);
        check_same("invalid", out.text, __FILE__, __LINE__);
        text[at] ^= (pa_unit)(1U << bit);
      }
    }
  }
}

static void check_foreign_bytes(void) {
  static const char *const valid[] = {"1.2.3.4",         "2130706433",
                                      "0x7f.0.0.1",      "::ffff:10.20.30.40",
                                      "1:2:3:4:5:6:7:8", "fe80::1%eth0"};
  check_start(SUITE, "A unit from 80 to ff anywhere makes an address invalid");
  for (size_t i = 0; i < sizeof valid / sizeof *valid; i++) {
    for (size_t at = 0; at < strlen(valid[i]); at++) {
      for (int byte = 0x80; byte <= 0xff; byte++) {
        char text[32];
        snprintf(text, sizeof text, "%s", valid[i]);
        text[at] = (char)byte;
        check_parsed(text, "invalid");
      }
    }
  }
}

void test_address(void) {
  vectors_run(SUITE, SUITE, answer);
  check_missing_text();
  check_every_octet();
  check_random_groups();
  check_foreign_bytes();
  check_foreign_units();
}
