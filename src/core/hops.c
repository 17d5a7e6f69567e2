/* hops: from the right to the left through X-Forwarded-For. */
#include "hops.h"

pa_hops pa_hops_begin(const pa_unit *text, size_t length) {
  return (pa_hops){.text = text, .rest = length};
}

/* Only U+0020 is trimmed: a tab makes an entry an unreadable address. */
static pa_slice trim(const pa_unit *text, pa_slice slice) {
  while (slice.start < slice.end && text[slice.end - 1] == ' ')
    slice.end--;
  while (slice.start < slice.end && text[slice.start] == ' ')
    slice.start++;
  return slice;
}

#define UNITS_PER_WORD 4
#define EACH_UNIT(value) (UINT64_C(0x0001000100010001) * (value))

/* Four units, the first one lowest; compilers make a single load of it. */
static uint64_t load_word(const pa_unit *text) {
  return (uint64_t)text[0] | (uint64_t)text[1] << 16 | (uint64_t)text[2] << 32 |
         (uint64_t)text[3] << 48;
}

/*
 * The top bit of each unit that is a comma, exactly.
 *
 * Example, with two units: 0x002c0031 differs from commas by 0x0000001d.
 * Adding 0x7fff to the low 15 bits of each sets the top bit of all but zeros:
 * 0x7fff801c. So does a top bit that differed. What is not set is a comma:
 * 0x80000000.
 */
static uint64_t find_commas(uint64_t word) {
  const uint64_t low_bits = EACH_UNIT(0x7fff);
  uint64_t differ = word ^ EACH_UNIT(',');
  return ~(((differ & low_bits) + low_bits) | differ | low_bits);
}

/* The place of the last comma among the four units; not for 0. */
static unsigned last_comma(uint64_t commas) {
#if defined(__GNUC__)
  return 3 - (unsigned)__builtin_clzll(commas) / 16;
#else
  unsigned place = 0;
  while (commas >>= 16)
    place++;
  return place;
#endif
}

/*
 * The offset behind the last comma before `end`; 0 if there is none. By words,
 * because how long an entry is cannot be guessed: a loop that ends at one
 * character or another costs more than looking at all of them.
 */
static size_t entry_start(const pa_unit *text, size_t end) {
  for (; end >= UNITS_PER_WORD; end -= UNITS_PER_WORD) {
    uint64_t commas = find_commas(load_word(text + end - UNITS_PER_WORD));
    if (commas != 0) return end - UNITS_PER_WORD + last_comma(commas) + 1;
  }
  while (end > 0 && text[end - 1] != ',')
    end--;
  return end;
}

bool pa_hops_next(pa_hops *hops, pa_slice *out) {
  while (hops->rest > 0) {
    pa_slice slice = {entry_start(hops->text, hops->rest), hops->rest};
    hops->rest = slice.start > 0 ? slice.start - 1 : 0;
    slice = trim(hops->text, slice);
    if (slice.start < slice.end) {
      *out = slice;
      return true;
    }
  }
  return false;
}
