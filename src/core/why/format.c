/* format: writes the canonical text of an address. */
#include "format.h"

#define GROUPS 8

typedef struct {
  pa_unit *at;
  size_t length;
} writer;

static void put(writer *out, pa_unit unit) {
  out->at[out->length++] = unit;
}

static void put_octet(writer *out, unsigned octet) {
  if (octet >= 100) put(out, '0' + octet / 100U);
  if (octet >= 10) put(out, '0' + octet / 10U % 10);
  put(out, '0' + octet % 10U);
}

static void put_group(writer *out, unsigned group) {
  static const char digits[] = "0123456789abcdef";
  for (unsigned shift = group > 0xff ? group > 0xfff ? 12 : 8 : 4; shift > 0;
       shift -= 4) {
    if (group >> shift != 0)
      put(out, (unsigned char)digits[group >> shift & 0xf]);
  }
  put(out, (unsigned char)digits[group & 0xf]);
}

static void put_ipv4(writer *out, uint64_t bits) {
  for (unsigned shift = 32; shift > 0; shift -= 8) {
    if (shift < 32) put(out, '.');
    put_octet(out, bits >> (shift - 8) & 0xff);
  }
}

typedef struct {
  unsigned start;
  unsigned end;
} run;

/* Finds the first of the longest runs of at least two zero groups. */
static run find_gap(const unsigned group[GROUPS]) {
  run gap = {0, 0}, zeros = {0, 0};
  for (unsigned i = 0; i < GROUPS; i++) {
    if (group[i] != 0) zeros.start = i + 1;
    zeros.end = i + 1;
    if (zeros.end - zeros.start > gap.end - gap.start) gap = zeros;
  }
  return gap.end - gap.start > 1 ? gap : (run){0, 0};
}

static void put_ipv6(writer *out, uint64_t high, uint64_t low) {
  unsigned group[GROUPS];
  for (unsigned i = 0; i < GROUPS; i++)
    group[i] = (i < 4 ? high : low) >> (48 - 16 * (i % 4)) & 0xffff;
  run gap = find_gap(group);
  for (unsigned i = 0; i < GROUPS; i++) {
    bool in_gap = i >= gap.start && i < gap.end;
    /* The first colon of "::"; the second comes with the next group, or at the
     * end. */
    if (i == 0 ? in_gap : !in_gap || i == gap.start) put(out, ':');
    if (!in_gap) put_group(out, group[i]);
  }
  if (gap.end == GROUPS) put(out, ':');
}

size_t pa_address_format(const pa_address *address,
                         pa_unit out[PA_FORMAT_LONGEST]) {
  writer text;
  text.at = out;
  text.length = 0;
  if (address->family == PA_IPV4)
    put_ipv4(&text, address->low);
  else
    put_ipv6(&text, address->high, address->low);
  return text.length;
}
