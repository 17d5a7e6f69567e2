/*
 * boundaries: address ranges, put in order and merged; and their boundaries,
 * with an index, as drawn in trust_set.h. Private to the core; nothing here
 * allocates.
 */
#ifndef PA_BOUNDARIES_H
#define PA_BOUNDARIES_H

#include "bits128.h"

#include <stddef.h>

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

/** The bytes of scratch memory that each range needs. */
#define PA_SCRATCH_V4 sizeof(struct pa_range_v4)
#define PA_SCRATCH_V6                                                          \
  (sizeof(struct pa_range_v6) + 2 * sizeof(struct pa_range_v4))

/**
 * Sorts ranges by their first address and merges those that overlap or touch.
 *
 * @param range    `count` ranges, rearranged in place
 * @param count    how many
 * @param scratch  `count` times PA_SCRATCH_V4 or PA_SCRATCH_V6 bytes, aligned
 *                 as by malloc(); may be NULL if `count` is below 2
 * @return the number of ranges left at the front of `range`
 */
size_t pa_ranges_merge_v4(struct pa_range_v4 *range, size_t count,
                          void *scratch);
size_t pa_ranges_merge_v6(struct pa_range_v6 *range, size_t count,
                          void *scratch);

/** Up to this many, scanning is as fast as searching. */
#define PA_FEW_BOUNDARIES 8

/**
 * `index` has a slot for each value of (address - first) >> shift from `first`
 * to the highest boundary, and one more, number `outside`, for all addresses
 * beyond. Each slot holds a rank: the look-up compares the `window` boundaries
 * from that rank on. The window is as wide as the fullest slot needs, and ends
 * before or with the last boundary. Surplus boundaries on its left are at or
 * below all addresses of the slot, those on its right above all of them.
 *
 * Addresses below the lowest boundary end up beyond the highest, because the
 * difference wraps around. Their rank is then not 0 but that of the last
 * window, which is even too, because the window and `count`, the number of
 * boundaries, are even. `count` is odd only if the highest address of all is in
 * the set; `first` is then 0, and no address is below it.
 */
typedef struct {
  const uint32_t *boundary;
  const uint32_t *index;
  uint32_t first;
  uint32_t count;
  uint32_t outside;
  uint32_t window;
  unsigned shift;
} pa_boundaries_v4;

/** IPv6 boundaries in two arrays of halves: the low ones are rarely needed. */
typedef struct {
  const uint64_t *high;
  const uint64_t *low;
  const uint32_t *index;
  pa_bits128 first;
  uint32_t count;
  uint32_t outside;
  uint32_t window;
  unsigned shift;
} pa_boundaries_v6;

/**
 * Returns the table of `count` sorted and merged ranges, without its arrays.
 * These need `count` boundaries and `outside` + 1 numbers of the index.
 */
pa_boundaries_v4 pa_boundaries_plan_v4(const struct pa_range_v4 *range,
                                       size_t count);
pa_boundaries_v6 pa_boundaries_plan_v6(const struct pa_range_v6 *range,
                                       size_t count);

/** Fills the arrays from the same ranges; they belong to the caller. */
void pa_boundaries_fill_v4(pa_boundaries_v4 *table,
                           const struct pa_range_v4 *range, uint32_t *boundary,
                           uint32_t *index);
void pa_boundaries_fill_v6(pa_boundaries_v6 *table,
                           const struct pa_range_v6 *range, uint64_t *high,
                           uint64_t *low, uint32_t *index);

static inline uint64_t pa_boundaries_slot_v4(const pa_boundaries_v4 *table,
                                             uint32_t address) {
  /* In 64 bits, because the shift may be 32. */
  return (uint64_t)(address - table->first) >> table->shift;
}

static inline uint64_t pa_boundaries_slot_v6(const pa_boundaries_v6 *table,
                                             pa_bits128 address) {
  pa_bits128 offset = pa_bits128_minus(address, table->first);
  unsigned shift = table->shift;
  if (shift == 128) return 0;
  if (shift >= 64) return offset.high >> (shift - 64);
  /* Not the number of a slot, but larger than all of them. */
  if (offset.high >> shift != 0) return UINT64_MAX;
  if (shift == 0) return offset.low;
  return offset.high << (64 - shift) | offset.low >> shift;
}

/**
 * Returns whether the address is in one of the ranges.
 *
 * Compares all boundaries of a window, because a branch that depends on the
 * address would be mispredicted half the time. Wide windows are halved first,
 * also branchless.
 */
static inline bool pa_boundaries_has_v4(const pa_boundaries_v4 *table,
                                        uint32_t address) {
  uint64_t slot = pa_boundaries_slot_v4(table, address);
  size_t rank = table->index[slot < table->outside ? slot : table->outside];
  size_t window = table->window;
  while (window > PA_FEW_BOUNDARIES) {
    size_t half = window / 2;
    rank += table->boundary[rank + half - 1] <= address ? half : 0;
    window -= half;
  }
  const uint32_t *boundary = table->boundary + rank;
  for (; window > 0; window--)
    rank += *boundary++ <= address;
  return rank & 1;
}

static inline bool pa_boundaries_has_v6(const pa_boundaries_v6 *table,
                                        pa_bits128 address) {
  uint64_t slot = pa_boundaries_slot_v6(table, address);
  size_t rank = table->index[slot < table->outside ? slot : table->outside];
  size_t window = table->window;
  while (window > PA_FEW_BOUNDARIES) {
    size_t half = window / 2, at = rank + half - 1;
    pa_bits128 boundary = {table->high[at], table->low[at]};
    rank += pa_bits128_less(address, boundary) ? 0 : half;
    window -= half;
  }
  const uint64_t *high = table->high + rank, *low = table->low + rank;
  size_t below = 0;
  for (size_t i = 0; i < window; i++)
    below += high[i] < address.high;
  while (below < window && high[below] == address.high &&
         low[below] <= address.low)
    below++;
  return (rank + below) & 1;
}

#endif
