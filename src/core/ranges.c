/*
 * ranges: sorting and merging. IPv4 keys are short enough for a radix sort, in
 * one pass per byte. IPv6 keys are not, but 32 of their bits put most lists in
 * order; a list that is still out of order is merge-sorted.
 */
#include "ranges.h"

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

/* Runs of 1, 2, 4, ... are merged, from one array into the other and back. */
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

/* The number of leading bits that all have in common, at most 96. */
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
