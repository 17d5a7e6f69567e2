/*
 * bytes: text of a log, and the search for a byte in it, sixteen at a time if
 * the processor has registers for them. Private to the core.
 */
#ifndef PA_BYTES_H
#define PA_BYTES_H

#include "../words.h"

#if defined(__wasm_simd128__)
#include <wasm_simd128.h>
#endif

/** Bytes from `at` up to but not including `end`. */
typedef struct {
  const uint8_t *at;
  const uint8_t *end;
} pa_bytes;

#define PA_BYTES_BLOCK 16

static inline size_t pa_bytes_length(pa_bytes bytes) {
  return (size_t)(bytes.end - bytes.at);
}

/* One bit, or four with NEON, for each byte of a block that equals `byte`. */
#if defined(PA_SSE2)
#define PA_BYTES_BITS 1
static inline uint64_t pa_bytes_match(const uint8_t *block, uint8_t byte) {
  __m128i all = _mm_loadu_si128((const __m128i *)(const void *)block);
  return (uint64_t)_mm_movemask_epi8(
      _mm_cmpeq_epi8(all, _mm_set1_epi8((char)byte)));
}
#elif defined(PA_NEON)
#define PA_BYTES_BITS 4
static inline uint64_t pa_bytes_match(const uint8_t *block, uint8_t byte) {
  uint8x16_t equal = vceqq_u8(vld1q_u8(block), vdupq_n_u8(byte));
  uint8x8_t narrow = vshrn_n_u16(vreinterpretq_u16_u8(equal), 4);
  return vget_lane_u64(vreinterpret_u64_u8(narrow), 0);
}
#elif defined(__wasm_simd128__)
#define PA_BYTES_BITS 1
static inline uint64_t pa_bytes_match(const uint8_t *block, uint8_t byte) {
  return wasm_i8x16_bitmask(
      wasm_i8x16_eq(wasm_v128_load(block), wasm_i8x16_splat((int8_t)byte)));
}
#endif

/**
 * Finds the first byte that equals `byte`.
 *
 * @return its address; `end` if there is none
 */
static inline const uint8_t *pa_bytes_find(pa_bytes bytes, uint8_t byte) {
  const uint8_t *at = bytes.at;
#if defined(PA_BYTES_BITS)
  for (; bytes.end - at >= PA_BYTES_BLOCK; at += PA_BYTES_BLOCK) {
    uint64_t found = pa_bytes_match(at, byte);
    if (found != 0)
      return at + (unsigned)__builtin_ctzll(found) / PA_BYTES_BITS;
  }
#endif
  while (at < bytes.end && *at != byte)
    at++;
  return at;
}

static inline bool pa_bytes_equal(pa_bytes bytes, const uint8_t *other,
                                  size_t length) {
  if (pa_bytes_length(bytes) != length) return false;
  for (size_t i = 0; i < length; i++) {
    if (bytes.at[i] != other[i]) return false;
  }
  return true;
}

static inline bool pa_bytes_are(pa_bytes bytes, char byte) {
  return bytes.end - bytes.at == 1 && *bytes.at == (uint8_t)byte;
}

#endif
