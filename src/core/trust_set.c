/*
 * trust_set: the builder, which collects ranges, and the set made of them.
 * The picture of the set is in trust_set.h.
 */
#include "trust_set.h"

#include "ranges.h"

#include <stdlib.h>

/* Beyond 2^20 slots the index would outgrow the caches it is there to save. */
#define INDEX_BITS_MOST 20
/* Below, a wider index costs nothing worth saving: 256 slots are 1 KB. */
#define INDEX_BITS_LEAST 8
/* So few boundaries are found as fast without an index. */
#define FEW_BOUNDARIES 8
#define FIRST_CAPACITY 8

/*
 * `index` has a slot for each value of (address - first) >> shift, for the
 * addresses from the lowest boundary, `first`, to the highest, `last`, and one
 * more entry that ends the last slot. `count` counts the boundaries. An empty
 * table has both ends at the highest address, and its count is even.
 */
typedef struct {
  const uint32_t *boundary;
  const uint32_t *index;
  uint32_t first;
  uint32_t last;
  uint32_t count;
  unsigned shift;
} table_v4;

typedef struct {
  const pa_bits128 *boundary;
  const uint32_t *index;
  pa_bits128 first;
  pa_bits128 last;
  uint32_t count;
  unsigned shift;
} table_v6;

struct pa_trust_set {
  size_t size;
  table_v4 v4;
  table_v6 v6;
};

/* Grows a full array; returns where it is now, or NULL: no memory. */
static void *reserve(void *array, size_t count, size_t *capacity,
                     size_t element) {
  if (count < *capacity) return array;
  size_t wanted = *capacity == 0 ? FIRST_CAPACITY : *capacity * 2;
  /* Ranks are 32 bits wide, and a range has two boundaries. */
  if (wanted > UINT32_MAX / 2 || wanted > SIZE_MAX / element) return NULL;
  void *grown = realloc(array, wanted * element);
  if (grown != NULL) *capacity = wanted;
  return grown;
}

static pa_error add_v4(pa_builder *builder, const pa_subnet *subnet) {
  struct pa_range_v4 *range = reserve(builder->v4, builder->v4_count,
                                      &builder->v4_capacity, sizeof *range);
  if (range == NULL) return PA_ERR_MEMORY;
  /* Shifted in 64 bits, because the host part may be all 32. */
  uint32_t host = (uint32_t)(((uint64_t)1 << (32 - subnet->length)) - 1);
  uint32_t bits = (uint32_t)subnet->low;
  builder->v4 = range;
  range[builder->v4_count++] =
      (struct pa_range_v4){.first = bits & ~host, .last = bits | host};
  return PA_OK;
}

/* The lowest `count` bits of a word set, for 0 to 64. */
static uint64_t low_ones(unsigned count) {
  return count == 0 ? 0 : UINT64_MAX >> (64 - count);
}

static pa_error add_v6(pa_builder *builder, const pa_subnet *subnet) {
  struct pa_range_v6 *range = reserve(builder->v6, builder->v6_count,
                                      &builder->v6_capacity, sizeof *range);
  if (range == NULL) return PA_ERR_MEMORY;
  unsigned bits = 128U - subnet->length;
  uint64_t high = low_ones(bits > 64 ? bits - 64 : 0);
  uint64_t low = low_ones(bits > 64 ? 64 : bits);
  builder->v6 = range;
  range[builder->v6_count++] =
      (struct pa_range_v6){.first = {subnet->high & ~high, subnet->low & ~low},
                           .last = {subnet->high | high, subnet->low | low}};
  return PA_OK;
}

pa_error pa_builder_add(pa_builder *builder, const pa_subnet *subnet) {
  return subnet->family == PA_IPV4 ? add_v4(builder, subnet)
                                   : add_v6(builder, subnet);
}

void pa_builder_dispose(pa_builder *builder) {
  free(builder->v4);
  free(builder->v6);
  *builder = (pa_builder){0};
}

static unsigned bit_length(uint64_t value) {
  unsigned bits = 0;
  for (; value != 0; value >>= 1)
    bits++;
  return bits;
}

/*
 * How far to shift so that about as many slots are left as there are
 * boundaries: 200,000 boundaries make 2^18 slots, 14 make 2^8.
 */
static unsigned index_shift(size_t boundaries, unsigned span_bits) {
  unsigned bits = 0;
  if (boundaries > FEW_BOUNDARIES) {
    bits = bit_length(boundaries - 1);
    if (bits < INDEX_BITS_LEAST) bits = INDEX_BITS_LEAST;
    if (bits > INDEX_BITS_MOST) bits = INDEX_BITS_MOST;
  }
  return span_bits > bits ? span_bits - bits : 0;
}

static size_t slot_v4(const table_v4 *table, uint32_t address) {
  return (uint64_t)(address - table->first) >> table->shift;
}

static size_t slot_v6(const table_v6 *table, pa_bits128 address) {
  pa_bits128 offset = pa_bits128_minus(address, table->first);
  unsigned shift = table->shift;
  if (shift >= 64) return shift < 128 ? offset.high >> (shift - 64) : 0;
  /* What the left shift drops is zero: a slot number is short. */
  if (shift > 0) return offset.high << (64 - shift) | offset.low >> shift;
  return offset.low;
}

/* All of a table that does not need memory. `range` is sorted and merged. */
static table_v4 plan_v4(const struct pa_range_v4 *range, size_t count) {
  table_v4 table = {.first = UINT32_MAX, .last = UINT32_MAX};
  if (count == 0) return table;
  bool open = range[count - 1].last == UINT32_MAX;
  table.first = range[0].first;
  table.last = open ? range[count - 1].first : range[count - 1].last + 1;
  table.count = (uint32_t)(2 * count - open);
  table.shift = index_shift(table.count, bit_length(table.last - table.first));
  return table;
}

static table_v6 plan_v6(const struct pa_range_v6 *range, size_t count) {
  const pa_bits128 highest = {UINT64_MAX, UINT64_MAX};
  table_v6 table = {.first = highest, .last = highest};
  if (count == 0) return table;
  const struct pa_range_v6 *last = range + count - 1;
  bool open = pa_bits128_is_max(last->last);
  table.first = range[0].first;
  table.last = open ? last->first : pa_bits128_next(last->last);
  table.count = (uint32_t)(2 * count - open);
  pa_bits128 span = pa_bits128_minus(table.last, table.first);
  table.shift =
      index_shift(table.count, span.high != 0 ? 64 + bit_length(span.high)
                                              : bit_length(span.low));
  return table;
}

/* Every slot up to `slot` that has no rank yet begins at `rank`. */
static size_t begin_slots(uint32_t *index, size_t next, size_t slot,
                          uint32_t rank) {
  while (next <= slot)
    index[next++] = rank;
  return next;
}

static void fill_v4(table_v4 *table, const struct pa_range_v4 *range,
                    uint32_t *boundary, uint32_t *index) {
  size_t next = 0;
  for (uint32_t i = 0; i < table->count; i++) {
    boundary[i] = i % 2 == 0 ? range[i / 2].first : range[i / 2].last + 1;
    next = begin_slots(index, next, slot_v4(table, boundary[i]), i);
  }
  begin_slots(index, next, next, table->count);
  table->boundary = boundary;
  table->index = index;
}

static void fill_v6(table_v6 *table, const struct pa_range_v6 *range,
                    pa_bits128 *boundary, uint32_t *index) {
  size_t next = 0;
  for (uint32_t i = 0; i < table->count; i++) {
    boundary[i] =
        i % 2 == 0 ? range[i / 2].first : pa_bits128_next(range[i / 2].last);
    next = begin_slots(index, next, slot_v6(table, boundary[i]), i);
  }
  begin_slots(index, next, next, table->count);
  table->boundary = boundary;
  table->index = index;
}

/* The one allocation: set, IPv6 boundaries, IPv4 boundaries, two indexes. */
static pa_error make_set(const pa_builder *builder, size_t v4_ranges,
                         size_t v6_ranges, pa_trust_set **out) {
  table_v4 v4 = plan_v4(builder->v4, v4_ranges);
  table_v6 v6 = plan_v6(builder->v6, v6_ranges);
  size_t v4_index = slot_v4(&v4, v4.last) + 2;
  size_t v6_index = slot_v6(&v6, v6.last) + 2;
  size_t words = v4.count + v4_index + v6_index;
  size_t size = sizeof(pa_trust_set) + v6.count * sizeof(pa_bits128) +
                words * sizeof(uint32_t);
  pa_trust_set *set = malloc(size);
  if (set == NULL) return PA_ERR_MEMORY;
  *set = (pa_trust_set){.size = size, .v4 = v4, .v6 = v6};
  pa_bits128 *v6_boundary = (pa_bits128 *)(set + 1);
  uint32_t *word = (uint32_t *)(v6_boundary + v6.count);
  fill_v6(&set->v6, builder->v6, v6_boundary, word);
  fill_v4(&set->v4, builder->v4, word + v6_index, word + v6_index + v4.count);
  *out = set;
  return PA_OK;
}

pa_error pa_builder_finish(pa_builder *builder, pa_trust_set **out) {
  size_t v4_size = builder->v4_count * sizeof *builder->v4;
  size_t v6_size = builder->v6_count * sizeof *builder->v6;
  /* One more byte, because no memory and none wanted must differ. */
  void *scratch = malloc((v4_size > v6_size ? v4_size : v6_size) + 1);
  if (scratch == NULL) return PA_ERR_MEMORY;
  size_t v4 = pa_ranges_merge_v4(builder->v4, builder->v4_count, scratch);
  size_t v6 = pa_ranges_merge_v6(builder->v6, builder->v6_count, scratch);
  free(scratch);
  return make_set(builder, v4, v6, out);
}

/* Binary search among the boundaries of one slot. */
static bool has_v4(const table_v4 *table, uint32_t address) {
  if (address < table->first) return false;
  if (address >= table->last) return table->count & 1;
  size_t slot = slot_v4(table, address);
  uint32_t low = table->index[slot], high = table->index[slot + 1];
  while (low < high) {
    uint32_t middle = low + (high - low) / 2;
    if (table->boundary[middle] <= address)
      low = middle + 1;
    else
      high = middle;
  }
  return low & 1;
}

static bool has_v6(const table_v6 *table, pa_bits128 address) {
  if (pa_bits128_less(address, table->first)) return false;
  if (!pa_bits128_less(address, table->last)) return table->count & 1;
  size_t slot = slot_v6(table, address);
  uint32_t low = table->index[slot], high = table->index[slot + 1];
  while (low < high) {
    uint32_t middle = low + (high - low) / 2;
    if (pa_bits128_less(address, table->boundary[middle]))
      high = middle;
    else
      low = middle + 1;
  }
  return low & 1;
}

bool pa_trust_set_has(const pa_trust_set *set, const pa_address *address) {
  if (address->family == PA_IPV4)
    return has_v4(&set->v4, (uint32_t)address->low);
  return has_v6(&set->v6, (pa_bits128){address->high, address->low});
}

size_t pa_trust_set_size(const pa_trust_set *set) {
  return set->size;
}

void pa_trust_set_free(pa_trust_set *set) {
  free(set);
}
