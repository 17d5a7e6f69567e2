/*
 * boundaries: sorting and merging, and how an index is laid out and filled.
 *
 * IPv4 keys are short enough for a radix sort, in one pass per byte. IPv6 keys
 * are not, but 32 of their bits put most lists in order; a list that is still
 * out of order is merge-sorted.
 */
#include "boundaries.h"

#include <string.h>

#define BYTE_VALUES 256

static bool is_sorted_v4(const struct pa_range_v4 *range, size_t count) {
  for (size_t i = 1; i < count; i++) {
    if (range[i].first < range[i - 1].first) return false;
  }
  return true;
}

/* One pass of the radix sort: by the byte at bit `shift`. */
static void scatter_v4(const struct pa_range_v4 *from, size_t count,
                       struct pa_range_v4 *to, unsigned shift) {
  size_t place[BYTE_VALUES] = {0};
  size_t next = 0;
  for (size_t i = 0; i < count; i++)
    place[from[i].first >> shift & 0xff]++;
  for (size_t value = 0; value < BYTE_VALUES; value++) {
    size_t here = place[value];
    place[value] = next;
    next += here;
  }
  for (size_t i = 0; i < count; i++)
    to[place[from[i].first >> shift & 0xff]++] = from[i];
}

/* Four passes, an even number, so the result is back in `range`. */
static void sort_v4(struct pa_range_v4 *range, size_t count,
                    struct pa_range_v4 *scratch) {
  if (is_sorted_v4(range, count)) return;
  for (unsigned shift = 0; shift < 32; shift += 16) {
    scatter_v4(range, count, scratch, shift);
    scatter_v4(scratch, count, range, shift + 8);
  }
}

size_t pa_ranges_merge_v4(struct pa_range_v4 *range, size_t count,
                          void *scratch) {
  if (count == 0) return 0;
  sort_v4(range, count, scratch);
  struct pa_range_v4 *last = range;
  for (size_t i = 1; i < count; i++) {
    if (last->last != UINT32_MAX && last->last + 1 < range[i].first)
      *++last = range[i];
    else if (last->last < range[i].last)
      last->last = range[i].last;
  }
  return (size_t)(last - range) + 1;
}

static bool is_sorted_v6(const struct pa_range_v6 *range, size_t count) {
  for (size_t i = 1; i < count; i++) {
    if (pa_bits128_less(range[i].first, range[i - 1].first)) return false;
  }
  return true;
}

/* Merges the sorted from[0..middle) and from[middle..count) into `to`. */
static void merge_runs_v6(const struct pa_range_v6 *from, size_t middle,
                          size_t count, struct pa_range_v6 *to) {
  size_t left = 0, right = middle;
  for (size_t i = 0; i < count; i++) {
    bool take_right =
        left == middle ||
        (right < count && pa_bits128_less(from[right].first, from[left].first));
    to[i] = take_right ? from[right++] : from[left++];
  }
}

/* Merges runs of 1, 2, 4, ... from one array into the other and back. */
static void merge_sort_v6(struct pa_range_v6 *range, size_t count,
                          struct pa_range_v6 *scratch) {
  struct pa_range_v6 *from = range, *to = scratch;
  for (size_t run = 1; run < count; run *= 2) {
    for (size_t at = 0; at < count; at += 2 * run) {
      size_t length = count - at < 2 * run ? count - at : 2 * run;
      size_t middle = length < run ? length : run;
      merge_runs_v6(from + at, middle, length, to + at);
    }
    struct pa_range_v6 *merged = to;
    to = from;
    from = merged;
  }
  if (from != range) memcpy(range, from, count * sizeof *range);
}

/* The number of leading bits that all ranges have in common, at most 96. */
static unsigned common_bits(const struct pa_range_v6 *range, size_t count) {
  pa_bits128 differ = {0, 0};
  for (size_t i = 1; i < count; i++) {
    differ.high |= range[i].first.high ^ range[0].first.high;
    differ.low |= range[i].first.low ^ range[0].first.low;
  }
  unsigned bits = 0;
  while (bits < 96 && (pa_bits128_shift(differ, bits).high >> 63) == 0)
    bits++;
  return bits;
}

/*
 * Sorts by the 32 bits after the common prefix. First sorts each range's bits
 * and index, in the last third of the scratch memory, then puts the ranges in
 * that order.
 */
static void sort_by_lead_v6(struct pa_range_v6 *range, size_t count,
                            struct pa_range_v6 *scratch) {
  struct pa_range_v4 *order = (struct pa_range_v4 *)(scratch + count);
  unsigned skip = common_bits(range, count);
  for (size_t i = 0; i < count; i++) {
    pa_bits128 rest = pa_bits128_shift(range[i].first, skip);
    order[i] = (struct pa_range_v4){(uint32_t)(rest.high >> 32), (uint32_t)i};
  }
  sort_v4(order, count, order + count);
  for (size_t i = 0; i < count; i++)
    scratch[i] = range[order[i].last];
  memcpy(range, scratch, count * sizeof *range);
}

static void sort_v6(struct pa_range_v6 *range, size_t count,
                    struct pa_range_v6 *scratch) {
  if (is_sorted_v6(range, count)) return;
  sort_by_lead_v6(range, count, scratch);
  if (!is_sorted_v6(range, count)) merge_sort_v6(range, count, scratch);
}

size_t pa_ranges_merge_v6(struct pa_range_v6 *range, size_t count,
                          void *scratch) {
  if (count == 0) return 0;
  sort_v6(range, count, scratch);
  struct pa_range_v6 *last = range;
  for (size_t i = 1; i < count; i++) {
    if (!pa_bits128_is_max(last->last) &&
        pa_bits128_less(pa_bits128_next(last->last), range[i].first))
      *++last = range[i];
    else if (pa_bits128_less(last->last, range[i].last))
      last->last = range[i].last;
  }
  return (size_t)(last - range) + 1;
}

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
 * The shift, in bits, for about as many slots as boundaries: up to 2^18 slots
 * for 200,000 boundaries, up to 2^8 for 14.
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
