/*
 * address: ordinary text is read in one pass here; whatever that pass does not
 * know is left to the full grammars, which also know all it knows.
 */
#include "grammar.h"

#define IPV4_SHORTEST (sizeof "0.0.0.0" - 1)
#define IPV4_LONGEST (sizeof "255.255.255.255" - 1)
#define IPV6_LONGEST (sizeof "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff" - 1)

const uint8_t pa_hex_values[PA_ASCII] = {
    ['0'] = 1,  ['1'] = 2,  ['2'] = 3,  ['3'] = 4,  ['4'] = 5,  ['5'] = 6,
    ['6'] = 7,  ['7'] = 8,  ['8'] = 9,  ['9'] = 10, ['a'] = 11, ['b'] = 12,
    ['c'] = 13, ['d'] = 14, ['e'] = 15, ['f'] = 16, ['A'] = 11, ['B'] = 12,
    ['C'] = 13, ['D'] = 14, ['E'] = 15, ['F'] = 16,
};

pa_address pa_groups_join(const uint16_t group[8], unsigned count,
                          unsigned gap) {
  uint64_t half[2] = {0, 0};
  for (unsigned i = 0; i < count; i++) {
    unsigned place = i < gap ? i : i + 8 - count;
    half[place / 4] |= (uint64_t)group[i] << (48 - place % 4 * 16);
  }
  return pa_address_v6(half[0], half[1]);
}

/* Four decimal octets without leading zeros. */
static bool read_dotted_quad(const pa_unit *text, size_t length,
                             uint32_t *out) {
  uint32_t bits = 0;
  unsigned octet = 0, digits = 0, dots = 0;
  if (length < IPV4_SHORTEST || length > IPV4_LONGEST) return false;
  for (size_t i = 0; i < length; i++) {
    unsigned digit = text[i] - (unsigned)'0';
    if (digit <= 9) {
      if (digits++ > 0 && octet == 0) return false;
      octet = octet * 10 + digit;
      if (octet > 255) return false;
    } else {
      if (text[i] != '.' || digits == 0) return false;
      bits = bits << 8 | octet;
      octet = digits = 0;
      dots++;
    }
  }
  *out = bits << 8 | octet;
  return digits > 0 && dots == 3;
}

/* What Node reports for an IPv4 peer of a server that listens on "::". */
static bool read_mapped_quad(const pa_unit *text, size_t length,
                             uint32_t *out) {
  static const char prefix[] = "::ffff:";
  const size_t skip = sizeof prefix - 1;
  return length > skip && pa_text_is(text, prefix, skip) &&
         read_dotted_quad(text + skip, length - skip, out);
}

/* Groups as RFC 4291 writes them: no tail, no zone, no odd colon. */
static bool read_colon_groups(const pa_unit *text, size_t length,
                              pa_address *out) {
  uint16_t group[8];
  unsigned count = 0, gap = 8;
  size_t at = 0;
  if (length < 2 || length > IPV6_LONGEST) return false;
  if (text[0] == ':') {
    if (text[1] != ':') return false;
    gap = 0;
    at = 2;
  }
  while (at < length) {
    if (count == 8) return false;
    size_t digits = pa_group_read(text + at, length - at, group + count);
    if (digits == 0 || digits > 4) return false;
    count++;
    at += digits;
    if (at == length) break;
    if (text[at++] != ':' || at == length) return false;
    if (text[at] == ':') {
      if (gap != 8) return false;
      gap = count;
      at++;
    }
  }
  if (gap == 8 && count != 8) return false;
  *out = pa_groups_join(group, count, gap);
  return true;
}

bool pa_address_parse_full(const pa_unit *text, size_t length,
                           pa_address *out) {
  for (size_t i = 0; i < length; i++) {
    if (text[i] == ':') return pa_ipv6_parse(text, length, out);
  }
  return pa_ipv4_parse(text, length, out);
}

bool pa_address_parse(const pa_unit *text, size_t length, pa_address *out) {
  uint32_t bits;
  if (read_dotted_quad(text, length, &bits)) {
    *out = pa_address_v4(bits);
    return true;
  }
  if (read_mapped_quad(text, length, &bits)) {
    *out = pa_address_v6(0, (uint64_t)0xffff << 32 | bits);
    return true;
  }
  return read_colon_groups(text, length, out) ||
         pa_address_parse_full(text, length, out);
}
