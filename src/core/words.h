/*
 * words: reads several UTF-16 units at a time: four in a word, or eight in a
 * block if the processor has registers for them. Private to the core, though
 * hops.h includes it.
 *
 * The end of a number or an entry is unpredictable, so a loop that stops there
 * is mispredicted each time. Reading several units without a branch costs less.
 */
#ifndef PA_WORDS_H
#define PA_WORDS_H

#include "address.h"

/* Every x64 processor has SSE2, and every arm64 one has NEON. */
#if defined(PA_NO_SIMD)
#elif defined(__SSE2__) || defined(_M_X64)
#define PA_SSE2
#include <emmintrin.h>
#elif defined(__aarch64__) && defined(__ARM_NEON) && !defined(__AARCH64EB__)
#define PA_NEON
#include <arm_neon.h>
#endif

#define PA_UNITS_PER_WORD 4

/** A word with the same value in each unit. */
#define PA_EACH_UNIT(value) (UINT64_C(0x0001000100010001) * (value))

/** Makes a word of four units, with `a` as the lowest, which is the first. */
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

/*
 * Finds the units of a block that equal an ASCII character. Each unit has
 * PA_BLOCK_BITS bits, of which the top one is set if it is equal; the first
 * unit has the lowest bits.
 */
#if defined(PA_SSE2)
#define PA_BLOCK_UNITS 8
#define PA_BLOCK_BITS 2
/** What pa_block_find() returns if all units are equal. */
#define PA_BLOCK_ALL UINT64_C(0xaaaa)
static inline uint64_t pa_block_find(const pa_unit *text, char unit) {
  __m128i block = _mm_loadu_si128((const __m128i *)(const void *)text);
  __m128i equal = _mm_cmpeq_epi16(block, _mm_set1_epi16(unit));
  return (uint64_t)_mm_movemask_epi8(equal) & PA_BLOCK_ALL;
}
#elif defined(PA_NEON)
#define PA_BLOCK_UNITS 8
#define PA_BLOCK_BITS 8
#define PA_BLOCK_ALL UINT64_C(0x8080808080808080)
static inline uint64_t pa_block_find(const pa_unit *text, char unit) {
  uint16x8_t block = vld1q_u16((const uint16_t *)(const void *)text);
  uint16x8_t equal = vceqq_u16(block, vdupq_n_u16((uint16_t)unit));
  return vget_lane_u64(vreinterpret_u64_u8(vmovn_u16(equal)), 0) & PA_BLOCK_ALL;
}
#else
#define PA_BLOCK_UNITS PA_UNITS_PER_WORD
#define PA_BLOCK_BITS 16
#define PA_BLOCK_ALL PA_EACH_UNIT(UINT64_C(0x8000))
/*
 * Example, with two units and a comma: 0x002c0031 differs from commas by
 * 0x0000001d. Adding 0x7fff to the low 15 bits of each sets the top bit of all
 * but zeros: 0x7fff801c. So does a top bit that differed. A top bit that is
 * still clear marks a comma: 0x80000000.
 */
static inline uint64_t pa_block_find(const pa_unit *text, char unit) {
  const uint64_t low_bits = PA_EACH_UNIT(0x7fff);
  uint64_t differ = pa_word_load(text) ^ PA_EACH_UNIT((unsigned char)unit);
  return ~(((differ & low_bits) + low_bits) | differ | low_bits);
}
#endif

/** The offset after the last unit found; not for 0. */
static inline size_t pa_block_end(uint64_t found) {
#if defined(__GNUC__)
  return (size_t)(63 - __builtin_clzll(found)) / PA_BLOCK_BITS + 1;
#else
  size_t end = 0;
  for (; found != 0; found >>= PA_BLOCK_BITS)
    end++;
  return end;
#endif
}

#endif
