/*
 * address: shortcuts read ordinary spellings. All other text is left to the
 * full grammars, which also read everything that the shortcuts do. The
 * functions that write an address are off the hot path.
 */
#include "grammar.h"
#include "words.h"

#if defined(__GNUC__)
#define PA_NOT_INLINE __attribute__((noinline))
#define PA_INLINE inline __attribute__((always_inline))
#else
#define PA_INLINE inline
#define PA_NOT_INLINE
#endif

#define IPV4_LONGEST (sizeof "255.255.255.255" - 1)
/* A quad this long contains all words that its shortcut reads. */
#define QUAD_SHORTEST ((size_t)2 * PA_UNITS_PER_WORD)
#define IPV6_LONGEST (sizeof "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff" - 1)

const uint8_t pa_hex_values[PA_ASCII] = {
    ['0'] = 1,  ['1'] = 2,  ['2'] = 3,  ['3'] = 4,  ['4'] = 5,  ['5'] = 6,
    ['6'] = 7,  ['7'] = 8,  ['8'] = 9,  ['9'] = 10, ['a'] = 11, ['b'] = 12,
    ['c'] = 13, ['d'] = 14, ['e'] = 15, ['f'] = 16, ['A'] = 11, ['B'] = 12,
    ['C'] = 13, ['D'] = 14, ['E'] = 15, ['F'] = 16,
};

/* The faults of octets, added up and tested once, at the end. */
typedef struct {
  /* Top bit set in any unit that is not a digit. */
  uint64_t units;
  /* Top bit set if a value is less than its number of digits allows. */
  uint32_t below;
  /* A bit above the lowest eight set if a value is above 255. */
  uint32_t above;
} octet_faults;

/*
 * An octet, from a word that has its digits, less '0' each, in the last units
 * and zeros in the others.
 *
 *   "25"   units 0 0 2 5, times 0, 100, 10, 1: 25
 */
static uint32_t octet_value(uint64_t digits, size_t count,
                            octet_faults *faults) {
  static const uint32_t least[PA_UNITS_PER_WORD] = {0, 0, 10, 100};
  const uint64_t weights = PA_WORD(1, 10, 100, 0);
  uint32_t value = (uint32_t)(digits * weights >> 48);
  /* A unit above 9 has its top bit set already, or gets it from the sum. */
  faults->units |= digits | (digits + PA_EACH_UNIT(0x7fff - 9));
  faults->below |= value - least[count];
  faults->above |= value;
  return value;
}

static bool is_faultless(const octet_faults *faults) {
  return ((faults->units & PA_EACH_UNIT(UINT64_C(0x8000))) |
          (faults->below >> 31) | (faults->above >> 8)) == 0;
}

/* The shift that moves `count` units, 0 to 3, to a word's end; 0 for 0. */
static unsigned bits_besides(size_t count) {
  return (64 - 16 * (unsigned)count) & 63;
}

/* The first `count` units of a word, moved to its end. */
static uint64_t first_digits(uint64_t word, size_t count) {
  return (word ^ PA_EACH_UNIT('0')) << bits_besides(count);
}

static uint64_t last_digits(uint64_t word, size_t count) {
  return first_digits(word >> bits_besides(count), count);
}

/*
 * A digit, 0x30 to 0x39, differs from a dot, 0x2e, in this bit. Testing it
 * alone finds the dots of an address fastest; text that is not an address is
 * detected afterwards, when every unit is checked.
 */
#define DIGIT_BIT PA_EACH_UNIT(0x10)

/* The number of a word's units before the first dot; 3 if there is none. */
static unsigned before_dot(uint64_t word) {
  return pa_word_first((~word & DIGIT_BIT) | PA_WORD(0, 0, 0, 1));
}

static unsigned behind_dot(uint64_t word) {
  return 3 - pa_word_last((~word & DIGIT_BIT) | PA_WORD(1, 0, 0, 0));
}

/*
 * Four decimal octets without leading zeros, in at least two words: shorter
 * ones are left to the full grammar.
 *
 *   1 9 2 . 1 6 8 . 2 0 . 1    `head` and `tail` have the first and last dot,
 *   head--- middle-            `middle`, which follows the first, the second,
 *               before-        and `before_last` ends before the last
 *                   tail---
 *
 * Each dot has at most three units on either side, so such a text contains all
 * four words. An octet without digits is detected like any other invalid one:
 * its word begins, or ends, with the dot.
 */
static PA_INLINE bool read_dotted_quad(const pa_unit *text, size_t length,
                                       uint32_t *out) {
  if (length < QUAD_SHORTEST || length > IPV4_LONGEST) return false;
  uint64_t head = pa_word_load(text);
  uint64_t tail = pa_word_load(text + length - PA_UNITS_PER_WORD);
  unsigned first = before_dot(head), fourth = behind_dot(tail);
  uint64_t middle = pa_word_load(text + first + 1);
  unsigned second = before_dot(middle);
  size_t dot = first + 1 + second, last_dot = length - fourth - 1;
  size_t third = last_dot - dot - 1;
  if (third - 1 > 2) return false;
  uint64_t before_last = pa_word_load(text + last_dot - PA_UNITS_PER_WORD);
  octet_faults faults = {0};
  *out = octet_value(first_digits(head, first), first, &faults) << 24 |
         octet_value(first_digits(middle, second), second, &faults) << 16 |
         octet_value(last_digits(before_last, third), third, &faults) << 8 |
         octet_value(last_digits(tail, fourth), fourth, &faults);
  return is_faultless(&faults) && text[first] == '.' && text[dot] == '.' &&
         text[last_dot] == '.';
}

bool pa_quad_read(const pa_unit *text, size_t length, uint32_t *out) {
  return read_dotted_quad(text, length, out);
}

bool pa_mapped_quad_read(const pa_unit *text, size_t length, uint32_t *out) {
  const size_t skip = PA_MAPPED_UNITS;
  return length > skip && pa_word_load(text) == PA_WORD(':', ':', 'f', 'f') &&
         pa_word_load(text + 3) == PA_WORD('f', 'f', 'f', ':') &&
         read_dotted_quad(text + skip, length - skip, out);
}

/* Groups as RFC 4291 writes them: no tail, no zone, no odd colon. */
static bool read_colon_groups(const pa_unit *text, size_t length,
                              pa_address *out) {
  pa_groups groups = {0};
  size_t at = 0;
  if (length < 2 || length > IPV6_LONGEST) return false;
  if (text[0] == ':') {
    if (text[1] != ':') return false;
    pa_groups_add_gap(&groups);
    at = 2;
  }
  while (at < length) {
    uint16_t group;
    if (groups.count == 8) return false;
    size_t digits = pa_group_read(text + at, length - at, &group);
    if (digits == 0 || digits > 4) return false;
    pa_groups_add(&groups, group);
    at += digits;
    if (at == length) break;
    if (text[at++] != ':' || at == length) return false;
    if (text[at] == ':') {
      pa_groups_add_gap(&groups);
      at++;
    }
  }
  if (groups.gaps > 1 || (groups.gaps == 0 && groups.count != 8)) return false;
  *out = pa_groups_join(&groups);
  return true;
}

bool pa_address_parse_full(const pa_unit *text, size_t length,
                           pa_address *out) {
  for (size_t i = 0; i < length; i++) {
    if (text[i] == ':') return pa_ipv6_parse(text, length, out);
  }
  return pa_ipv4_parse(text, length, out);
}

/* A function of its own, so that no registers are saved for a dotted quad. */
static PA_NOT_INLINE bool parse_other(const pa_unit *text, size_t length,
                                      pa_address *out) {
  uint32_t bits;
  if (pa_mapped_quad_read(text, length, &bits)) {
    *out = pa_address_mapped(bits);
    return true;
  }
  return read_colon_groups(text, length, out) ||
         pa_address_parse_full(text, length, out);
}

bool pa_address_parse(const pa_unit *text, size_t length, pa_address *out) {
  uint32_t bits;
  if (!read_dotted_quad(text, length, &bits))
    return parse_other(text, length, out);
  *out = pa_address_v4(bits);
  return true;
}

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
