/* bits128: the 128 bits of an IPv6 address. Private to the core. */
#ifndef PA_BITS128_H
#define PA_BITS128_H

#include <stdbool.h>
#include <stdint.h>

typedef struct {
  uint64_t high;
  uint64_t low;
} pa_bits128;

/** Branchless: the outcome is unpredictable. */
static inline bool pa_bits128_less(pa_bits128 a, pa_bits128 b) {
  return (a.high < b.high) | ((a.high == b.high) & (a.low < b.low));
}

static inline bool pa_bits128_is_max(pa_bits128 a) {
  return a.high == UINT64_MAX && a.low == UINT64_MAX;
}

/** a + 1, for an a that is not the highest. */
static inline pa_bits128 pa_bits128_next(pa_bits128 a) {
  return (pa_bits128){a.high + (a.low == UINT64_MAX), a.low + 1};
}

/** a - b, modulo 2 ** 128. */
static inline pa_bits128 pa_bits128_minus(pa_bits128 a, pa_bits128 b) {
  return (pa_bits128){a.high - b.high - (a.low < b.low), a.low - b.low};
}

/** The bits moved to the left by 0 to 128 places. */
static inline pa_bits128 pa_bits128_shift(pa_bits128 a, unsigned places) {
  if (places == 0) return a;
  if (places == 128) return (pa_bits128){0, 0};
  if (places >= 64) return (pa_bits128){a.low << (places - 64), 0};
  return (pa_bits128){a.high << places | a.low >> (64 - places),
                      a.low << places};
}

#endif
