/*
 * trust_set: the builder, which collects ranges, and the set made from them.
 * trust_set.h has a drawing of the set.
 */
#include "trust_set.h"

#include "boundaries.h"

#include <stdlib.h>

#define FIRST_CAPACITY 8

struct pa_trust_set {
  size_t size;
  pa_boundaries_v4 v4;
  pa_boundaries_v6 v6;
};

/* Grows a full array; returns its new address, or NULL if memory ran out. */
static void *reserve(void *array, size_t count, size_t *capacity,
                     size_t element) {
  if (count < *capacity) return array;
  size_t wanted = *capacity == 0 ? FIRST_CAPACITY : *capacity * 2;
  /* Ranks are 32 bits wide, and a range has two boundaries. No test gets there:
   * two thousand million ranges take 16 GB, and the second condition is never
   * true after the first where a size has 64 bits. */
  /* GCOVR_EXCL_BR_START */
  if (wanted > UINT32_MAX / 2 || wanted > SIZE_MAX / element) return NULL;
  /* GCOVR_EXCL_BR_STOP */
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

/* A word with its lowest `count` bits set, for 0 to 64. */
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

/* The one allocation: set, IPv6 boundaries, IPv4 boundaries, two indexes. */
static pa_error make_set(const pa_builder *builder, size_t v4_ranges,
                         size_t v6_ranges, pa_trust_set **out) {
  pa_boundaries_v4 v4 = pa_boundaries_plan_v4(builder->v4, v4_ranges);
  pa_boundaries_v6 v6 = pa_boundaries_plan_v6(builder->v6, v6_ranges);
  size_t v4_index = (size_t)v4.outside + 1, v6_index = (size_t)v6.outside + 1;
  size_t words = v4.count + v4_index + v6_index;
  size_t size = sizeof(pa_trust_set) + v6.count * (2 * sizeof(uint64_t)) +
                words * sizeof(uint32_t);
  pa_trust_set *set = malloc(size);
  if (set == NULL) return PA_ERR_MEMORY;
  *set = (pa_trust_set){.size = size, .v4 = v4, .v6 = v6};
  uint64_t *high = (uint64_t *)(set + 1), *low = high + v6.count;
  uint32_t *word = (uint32_t *)(low + v6.count);
  pa_boundaries_fill_v6(&set->v6, builder->v6, high, low, word);
  pa_boundaries_fill_v4(&set->v4, builder->v4, word + v6_index,
                        word + v6_index + v4.count);
  *out = set;
  return PA_OK;
}

pa_error pa_builder_finish(pa_builder *builder, pa_trust_set **out) {
  size_t v4_size = builder->v4_count * PA_SCRATCH_V4;
  size_t v6_size = builder->v6_count * PA_SCRATCH_V6;
  /* One more byte, so that NULL always means that memory ran out. */
  void *scratch = malloc((v4_size > v6_size ? v4_size : v6_size) + 1);
  if (scratch == NULL) return PA_ERR_MEMORY;
  size_t v4 = pa_ranges_merge_v4(builder->v4, builder->v4_count, scratch);
  size_t v6 = pa_ranges_merge_v6(builder->v6, builder->v6_count, scratch);
  free(scratch);
  return make_set(builder, v4, v6, out);
}

bool pa_trust_set_has(const pa_trust_set *set, const pa_address *address) {
  if (address->family == PA_IPV4)
    return pa_boundaries_has_v4(&set->v4, (uint32_t)address->low);
  return pa_boundaries_has_v6(&set->v6,
                              (pa_bits128){address->high, address->low});
}

size_t pa_trust_set_size(const pa_trust_set *set) {
  return set->size;
}

void pa_trust_set_free(pa_trust_set *set) {
  free(set);
}
