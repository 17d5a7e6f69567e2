/*
 * words: four UTF-16 units at a time. The core's own, though hops.h shows it.
 *
 * Where a number or an entry ends is anyone's guess, and a loop that stops
 * there costs a wrong guess each time. Looking at four units without a jump
 * costs less than that.
 */
#ifndef PA_WORDS_H
#define PA_WORDS_H

#include "address.h"

#define PA_UNITS_PER_WORD 4

/** A word with the same value in each unit. */
#define PA_EACH_UNIT(value) (UINT64_C(0x0001000100010001) * (value))

/** The lowest, so the first, of a word's units is `a`. */
#define PA_WORD(a, b, c, d)                                                    \
  ((uint64_t)(a) | (uint64_t)(b) << 16 | (uint64_t)(c) << 32 |                 \
   (uint64_t)(d) << 48)

/** Four units of text; compilers make a single load of it. */
static inline uint64_t pa_word_load(const pa_unit *text) {
  return PA_WORD(text[0], text[1], text[2], text[3]);
}

/** The place, 0 to 3, of the first unit that has a bit set; not for 0. */
static inline unsigned pa_word_first(uint64_t bits) {
#if defined(__GNUC__)
  return (unsigned)__builtin_ctzll(bits) / 16;
#else
  unsigned place = 0;
  for (; (bits & 0xffff) == 0; bits >>= 16)
    place++;
  return place;
#endif
}

/** The place, 0 to 3, of the last unit that has a bit set; not for 0. */
static inline unsigned pa_word_last(uint64_t bits) {
#if defined(__GNUC__)
  return 3 - (unsigned)__builtin_clzll(bits) / 16;
#else
  unsigned place = 0;
  while (bits >>= 16)
    place++;
  return place;
#endif
}

#endif
