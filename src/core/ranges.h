/*
 * ranges: lists of address ranges, put in order and merged, as trust_set needs
 * them. Private to the core; nothing here allocates.
 */
#ifndef PA_RANGES_H
#define PA_RANGES_H

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

/** How many bytes of scratch memory are needed for each range. */
#define PA_SCRATCH_V4 sizeof(struct pa_range_v4)
#define PA_SCRATCH_V6                                                          \
  (sizeof(struct pa_range_v6) + 2 * sizeof(struct pa_range_v4))

/**
 * Sorts ranges by their first address and merges those that overlap or touch.
 *
 * @param range    `count` ranges, rearranged in place
 * @param count    how many
 * @param scratch  `count` times as many bytes as said above, aligned as by
 *                 malloc(); may be NULL if `count` is below 2
 * @return the number of ranges left at the front of `range`
 */
size_t pa_ranges_merge_v4(struct pa_range_v4 *range, size_t count,
                          void *scratch);
size_t pa_ranges_merge_v6(struct pa_range_v6 *range, size_t count,
                          void *scratch);

#endif
