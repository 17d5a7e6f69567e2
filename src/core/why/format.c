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

static void put_number(writer *out, unsigned number, unsigned base) {
  static const char digits[] = "0123456789abcdef";
  unsigned weight = 1;
  while (number / weight >= base)
    weight *= base;
  for (; weight > 0; weight /= base)
    put(out, (unsigned char)digits[number / weight % base]);
}

static void put_ipv4(writer *out, uint64_t bits) {
  for (unsigned shift = 32; shift > 0; shift -= 8) {
    if (shift < 32) put(out, '.');
    put_number(out, bits >> (shift - 8) & 0xff, 10);
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
    if (!in_gap) put_number(out, group[i], 16);
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
