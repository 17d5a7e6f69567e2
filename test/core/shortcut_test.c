/*
 * The shortcut for ordinary text changes no answer: pa_address_parse() and
 * pa_address_parse_full() agree on all short texts, on texts near the bounds of
 * what the shortcut accepts, and on mutations of valid text.
 */
#include "address.h"
#include "check.h"

#include <stdio.h>
#include <string.h>

#define SUITE "shortcut"

static size_t accepted, compared;

static bool is_same(const pa_address *a, const pa_address *b) {
  return a->high == b->high && a->low == b->low && a->family == b->family &&
         a->mapped == b->mapped;
}

static void compare(const void *text, size_t length) {
  const pa_unit *placed = guard_end(text, length);
  pa_address quick = {.high = 1}, full = {.high = 1};
  check_input(text, length);
  bool valid = pa_address_parse_full(placed, length, &full);
  bool agreed = pa_address_parse(placed, length, &quick) == valid &&
                is_same(&quick, &full);
  CHECK(agreed);
  accepted += valid;
  compared++;
}

/** Compares `head`, all texts over the alphabet up to `most`, and `tail`. */
static void compare_all(const char *head, const char *alphabet, size_t most,
                        const char *tail) {
  char text[64];
  size_t digit[32] = {0}, base = strlen(alphabet), start = strlen(head);
  memcpy(text, head, start);
  for (size_t length = 0; length <= most;) {
    for (size_t i = 0; i < length; i++) {
      text[start + i] = alphabet[digit[i]];
    }
    memcpy(text + start + length, tail, strlen(tail));
    compare(text, start + length + strlen(tail));
    size_t place = 0;
    while (place < length && ++digit[place] == base)
      digit[place++] = 0;
    if (place == length) length++;
  }
}

static void compare_short_texts(void) {
  size_t less = check_slowly ? 2 : 0;
  check_start(SUITE, "No short text is read differently");
  compare_all("", "0178afgxX.:% /-\x80", 4, "");
  compare_all("", "01af.:x%", 6 - less, "");
  compare_all("", "12.", 9 - less, "");
}

static void compare_colons(void) {
  size_t most = check_slowly ? 10 : 17;
  check_start(SUITE, "No arrangement of groups and colons is read differently");
  compare_all("", "1:", most, "");
  compare_all("", "1:", most - 3, "1.2.3.4");
  compare_all("", "1:", most - 3, "%a");
  compare_all("0:0:0:0:0:ffff", "1:", most - 5, "");
  compare_all("::", "f:", most - 3, ":1.2.3.4");
}

static void compare_quads(void) {
  static const char *const octets[] = {
      "",    "0",   "1",    "9",   "10",  "19",   "99",        "100",  "199",
      "200", "249", "250",  "255", "256", "259",  "260",       "299",  "300",
      "999", "00",  "01",   "08",  "010", "0377", "0400",      "0xff", "0XF",
      "0x",  "1e1", "2550", " 1",  "-1",  "1:",   "4294967297"};
  size_t count = check_slowly ? 12 : sizeof octets / sizeof *octets;
  check_start(SUITE, "No four parts near a bound are read differently");
  for (size_t i = 0; i < count * count * count * count; i++) {
    char text[80];
    int length =
        snprintf(text, sizeof text, "::ffff:%s.%s.%s.%s", octets[i % count],
                 octets[i / count % count], octets[i / count / count % count],
                 octets[i / count / count / count]);
    compare(text, (size_t)length);
    compare(text + 7, (size_t)length - 7);
  }
}

static void compare_lengths(void) {
  check_start(SUITE,
              "Text about as long as the longest is not read differently");
  for (size_t zeros = 0; zeros < 40; zeros++) {
    char text[128];
    memset(text, '0', zeros);
    static const char *const ends[] = {
        "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "1::", "255.255.255.255"};
    for (size_t i = 0; i < 3; i++) {
      memcpy(text + zeros, ends[i], strlen(ends[i]));
      compare(text, zeros + strlen(ends[i]));
    }
  }
}

static size_t write_part(prng *random, char *out, size_t size) {
  static const char *const formats[] = {"%u",   "%u",   "%u",  "0%o",
                                        "0x%x", "0X%x", "00%u"};
  unsigned value = (unsigned)prng_below(random, 260);
  const char *format = formats[prng_below(random, 7)];
  return (size_t)snprintf(out, size, format, value);
}

static size_t write_v4(prng *random, char *out, size_t size) {
  size_t used = write_part(random, out, size);
  if (prng_below(random, 8) == 0) return used;
  for (int i = 0; i < 3; i++) {
    out[used++] = '.';
    used += write_part(random, out + used, size - used);
  }
  return used;
}

static size_t write_v6(prng *random, char *out, size_t size) {
  size_t groups = 5 + prng_below(random, 4), used = 0;
  size_t gap = prng_below(random, 12);
  if (gap == 0) out[used++] = ':';
  for (size_t i = 0; i < groups; i++) {
    unsigned value = (unsigned)(prng_next(random) & 0xffff);
    value >>= prng_below(random, 17);
    if (i > 0 || gap == 0) out[used++] = ':';
    if (i > 0 && gap == i) out[used++] = ':';
    if (prng_below(random, 8) == 0) value = 0xffff;
    used += (size_t)snprintf(out + used, size - used, "%x", value);
  }
  if (gap == groups) used += (size_t)snprintf(out + used, size - used, "::");
  if (prng_below(random, 4) == 0) {
    out[used++] = ':';
    used += write_v4(random, out + used, size - used);
  }
  if (prng_below(random, 8) == 0) {
    used += (size_t)snprintf(out + used, size - used, "%%e0");
  }
  return used;
}

/** Replaces, inserts, removes or repeats one character. */
static size_t mutate(prng *random, char *text, size_t length) {
  static const char alphabet[] = "00112578afFxX..::::%% /g\x80";
  char byte = alphabet[prng_below(random, sizeof alphabet - 1)];
  size_t at = prng_below(random, length);
  switch (prng_below(random, 4)) {
  case 0: text[at] = byte; return length;
  case 1: byte = text[at]; break;
  case 2: memmove(text + at, text + at + 1, length - at - 1); return length - 1;
  }
  memmove(text + at + 1, text + at, length - at);
  text[at] = byte;
  return length + 1;
}

static void compare_mutations(void) {
  prng random = prng_for(2);
  size_t rounds = check_slowly ? 20000 : 2000000;
  check_start(SUITE, "No mutation of a valid text is read differently");
  accepted = compared = 0;
  for (size_t round = 0; round < rounds; round++) {
    char text[256];
    size_t length = prng_below(&random, 2) == 0
                        ? write_v4(&random, text, sizeof text)
                        : write_v6(&random, text, sizeof text);
    size_t mutations = prng_below(&random, 4);
    for (; mutations > 0 && length > 1; mutations--) {
      length = mutate(&random, text, length);
    }
    compare(text, length);
  }
  check_input(NULL, 0);
  CHECK(accepted > compared / 4);
  CHECK(accepted < compared * 3 / 4);
}

void test_shortcut(void) {
  compare_short_texts();
  compare_colons();
  compare_quads();
  compare_lengths();
  compare_mutations();
}
