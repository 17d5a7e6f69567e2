/*
 * ranges: lists of address ranges, put in order and merged, as trust_set needs
 * them. Private to the core; nothing here allocates.
 */
#ifndef PA_RANGES_H
#define PA_RANGES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** 128 bits of an IPv6 address. */
typedef struct {
  uint64_t high;
  uint64_t low;
} pa_bits128;

/** Both ends belong to the range. */
struct pa_range_v4 {
  uint32_t first;
  uint32_t last;
};

/** Both ends belong to the range. */
struct pa_range_v6 {
  pa_bits128 first;
  pa_bits128 last;
};

static inline bool pa_bits128_less(pa_bits128 a, pa_bits128 b) {
  return a.high < b.high || (a.high == b.high && a.low < b.low);
}

static inline bool pa_bits128_is_max(pa_bits128 a) {
  return a.high == UINT64_MAX && a.low == UINT64_MAX;
}

/** a + 1, for an a that is not the highest. */
static inline pa_bits128 pa_bits128_next(pa_bits128 a) {
  return (pa_bits128){a.high + (a.low == UINT64_MAX), a.low + 1};
}

/** a - b, for a at or above b. */
static inline pa_bits128 pa_bits128_minus(pa_bits128 a, pa_bits128 b) {
  return (pa_bits128){a.high - b.high - (a.low < b.low), a.low - b.low};
}

/**
 * Sorts ranges by their first address and merges those that overlap or touch.
 *
 * @param range    `count` ranges, rearranged in place
 * @param count    how many
 * @param scratch  room for as many more, or NULL if `count` is below 2
 * @return how many are left at the front of `range`
 */
size_t pa_ranges_merge_v4(struct pa_range_v4 *range, size_t count,
                          struct pa_range_v4 *scratch);
size_t pa_ranges_merge_v6(struct pa_range_v6 *range, size_t count,
                          struct pa_range_v6 *scratch);

#endif
