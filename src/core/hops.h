/*
 * hops: a cursor over X-Forwarded-For, from the right (the nearest proxy's
 * entry) to the left, without copying.
 *
 * The rules are those of the npm package forwarded 0.2.0: entries are divided
 * by ',' (0x2C), only U+0020 is trimmed, empty entries are passed over, and
 * nothing is validated or unquoted.
 *
 * The cursor is all in this header, because it is the walk's inner loop:
 * called in another file it made a walk of four entries 6 % slower.
 */
#ifndef PA_HOPS_H
#define PA_HOPS_H

#include "words.h"

#ifdef __cplusplus
extern "C" {
#endif

/** One entry: text[start] up to but not including text[end]; never empty. */
typedef struct {
  size_t start;
  size_t end;
} pa_slice;

typedef struct {
  const pa_unit *text;
  /** What lies at or behind this offset has been walked. */
  size_t rest;
} pa_hops;

/** A cursor behind the last unit of a header; it keeps `text`, not a copy. */
static inline pa_hops pa_hops_begin(const pa_unit *text, size_t length) {
  pa_hops hops = {text, length};
  return hops;
}

/* Only U+0020 is trimmed: a tab makes an entry an unreadable address. */
static inline pa_slice pa_hops_trim(const pa_unit *text, pa_slice slice) {
  while (slice.start < slice.end && text[slice.end - 1] == ' ')
    slice.end--;
  while (slice.start < slice.end && text[slice.start] == ' ')
    slice.start++;
  return slice;
}

/*
 * The top bit of each unit that is a comma, exactly.
 *
 * Example, with two units: 0x002c0031 differs from commas by 0x0000001d.
 * Adding 0x7fff to the low 15 bits of each sets the top bit of all but zeros:
 * 0x7fff801c. So does a top bit that differed. What is not set is a comma:
 * 0x80000000.
 */
static inline uint64_t pa_hops_commas(uint64_t word) {
  const uint64_t low_bits = PA_EACH_UNIT(0x7fff);
  uint64_t differ = word ^ PA_EACH_UNIT(',');
  return ~(((differ & low_bits) + low_bits) | differ | low_bits);
}

/* The offset behind the last comma before `end`; 0 if there is none. */
static inline size_t pa_hops_start(const pa_unit *text, size_t end) {
  for (; end >= PA_UNITS_PER_WORD; end -= PA_UNITS_PER_WORD) {
    uint64_t commas =
        pa_hops_commas(pa_word_load(text + end - PA_UNITS_PER_WORD));
    if (commas != 0) return end - PA_UNITS_PER_WORD + pa_word_last(commas) + 1;
  }
  while (end > 0 && text[end - 1] != ',')
    end--;
  return end;
}

/**
 * Steps one entry to the left.
 *
 * @param out  receives the entry; untouched if there is none
 * @return false when there are no more entries
 */
static inline bool pa_hops_next(pa_hops *hops, pa_slice *out) {
  while (hops->rest > 0) {
    pa_slice slice = {pa_hops_start(hops->text, hops->rest), hops->rest};
    hops->rest = slice.start > 0 ? slice.start - 1 : 0;
    slice = pa_hops_trim(hops->text, slice);
    if (slice.start < slice.end) {
      *out = slice;
      return true;
    }
  }
  return false;
}

#ifdef __cplusplus
}
#endif

#endif
