/* boundaries: how an index is laid out and filled. */
#include "boundaries.h"

/* With more than 2^20 slots, the index would no longer fit into caches. */
#define INDEX_BITS_MOST 20
/* A smaller index would save too little: 256 slots are 1 KB. */
#define INDEX_BITS_LEAST 8

static unsigned bit_length(uint64_t value) {
  unsigned bits = 0;
  for (; value != 0; value >>= 1)
    bits++;
  return bits;
}

/*
 * By how many bits to shift so that there are about as many slots as
 * boundaries: up to 2^18 slots for 200,000 boundaries, up to 2^8 for 14.
 */
static unsigned index_shift(size_t boundaries, unsigned span_bits) {
  unsigned bits = 0;
  if (boundaries > PA_FEW_BOUNDARIES) {
    bits = bit_length(boundaries - 1);
    if (bits < INDEX_BITS_LEAST) bits = INDEX_BITS_LEAST;
    if (bits > INDEX_BITS_MOST) bits = INDEX_BITS_MOST;
  }
  return span_bits > bits ? span_bits - bits : 0;
}

pa_boundaries_v4 pa_boundaries_plan_v4(const struct pa_range_v4 *range,
                                       size_t count) {
  pa_boundaries_v4 table = {0};
  if (count == 0) return table;
  bool open = range[count - 1].last == UINT32_MAX;
  uint32_t last = open ? range[count - 1].first : range[count - 1].last + 1;
  table.first = open ? 0 : range[0].first;
  table.count = (uint32_t)(2 * count - open);
  table.shift = index_shift(table.count, bit_length(last - table.first));
  table.outside = (uint32_t)pa_boundaries_slot_v4(&table, last) + 1;
  return table;
}

pa_boundaries_v6 pa_boundaries_plan_v6(const struct pa_range_v6 *range,
                                       size_t count) {
  pa_boundaries_v6 table = {0};
  if (count == 0) return table;
  bool open = pa_bits128_is_max(range[count - 1].last);
  pa_bits128 last =
      open ? range[count - 1].first : pa_bits128_next(range[count - 1].last);
  if (!open) table.first = range[0].first;
  table.count = (uint32_t)(2 * count - open);
  pa_bits128 span = pa_bits128_minus(last, table.first);
  table.shift =
      index_shift(table.count, span.high != 0 ? 64 + bit_length(span.high)
                                              : bit_length(span.low));
  table.outside = (uint32_t)pa_boundaries_slot_v6(&table, last) + 1;
  return table;
}

/* Sets the rank of every slot up to `slot` that has none yet. */
static size_t begin_slots(uint32_t *index, size_t next, size_t slot,
                          uint32_t rank) {
  while (next <= slot)
    index[next++] = rank;
  return next;
}

/*
 * Finishes an index of ranks, of which the last is `count`: keeps all windows
 * within the boundaries. Returns the width of the windows.
 */
static uint32_t set_windows(uint32_t *index, uint32_t outside, uint32_t count) {
  uint32_t window = 0;
  for (uint32_t slot = 0; slot < outside; slot++) {
    uint32_t inside = index[slot + 1] - index[slot];
    if (inside > window) window = inside;
  }
  if (count % 2 == 0) window += window % 2;
  for (uint32_t slot = 0; slot <= outside; slot++) {
    if (index[slot] > count - window) index[slot] = count - window;
  }
  return window;
}

void pa_boundaries_fill_v4(pa_boundaries_v4 *table,
                           const struct pa_range_v4 *range, uint32_t *boundary,
                           uint32_t *index) {
  size_t next = 0;
  for (uint32_t i = 0; i < table->count; i++) {
    boundary[i] = i % 2 == 0 ? range[i / 2].first : range[i / 2].last + 1;
    next =
        begin_slots(index, next, pa_boundaries_slot_v4(table, boundary[i]), i);
  }
  begin_slots(index, next, table->outside, table->count);
  table->window = set_windows(index, table->outside, table->count);
  table->boundary = boundary;
  table->index = index;
}

void pa_boundaries_fill_v6(pa_boundaries_v6 *table,
                           const struct pa_range_v6 *range, uint64_t *high,
                           uint64_t *low, uint32_t *index) {
  size_t next = 0;
  for (uint32_t i = 0; i < table->count; i++) {
    pa_bits128 boundary =
        i % 2 == 0 ? range[i / 2].first : pa_bits128_next(range[i / 2].last);
    high[i] = boundary.high;
    low[i] = boundary.low;
    next = begin_slots(index, next, pa_boundaries_slot_v6(table, boundary), i);
  }
  begin_slots(index, next, table->outside, table->count);
  table->window = set_windows(index, table->outside, table->count);
  table->high = high;
  table->low = low;
  table->index = index;
}
