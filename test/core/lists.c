#include "lists.h"

#include <stdio.h>
#include <stdlib.h>

static void require(bool holds, const char *what) {
  if (holds) return;
  fprintf(stderr, "cannot go on: %s\n", what);
  abort();
}

void list_add(list *out, pa_subnet subnet) {
  if (out->count == out->capacity) {
    out->capacity = out->capacity == 0 ? 16 : 2 * out->capacity;
    out->subnet = realloc(out->subnet, out->capacity * sizeof *out->subnet);
    require(out->subnet != NULL, "no memory");
  }
  out->subnet[out->count++] = subnet;
}

void list_dispose(list *out) {
  free(out->subnet);
  *out = (list){0};
}

pa_trust_set *list_compile(const list *subnets) {
  pa_builder builder = {0};
  pa_trust_set *set = NULL;
  for (size_t i = 0; i < subnets->count; i++) {
    require(pa_builder_add(&builder, &subnets->subnet[i]) == PA_OK, "adding");
  }
  require(pa_builder_finish(&builder, &set) == PA_OK, "finishing");
  pa_builder_dispose(&builder);
  return set;
}

pa_trust_set *entries_compile(const vector_input *entry, size_t count) {
  list subnets = {0};
  for (size_t i = 0; i < count; i++) {
    pa_subnet found[PA_SUBNETS_PER_ENTRY];
    size_t many = 0;
    pa_error error = pa_subnet_parse(guard_end(entry[i].text, entry[i].length),
                                     entry[i].length, found, &many);
    require(error == PA_OK, "a test's trust list is wrong");
    for (size_t j = 0; j < many; j++) {
      list_add(&subnets, found[j]);
    }
  }
  pa_trust_set *set = list_compile(&subnets);
  list_dispose(&subnets);
  return set;
}

/** Bit 0 is the leftmost one. */
static unsigned bit_of(pa_family family, uint64_t high, uint64_t low,
                       unsigned bit) {
  if (family == PA_IPV4) return low >> (31 - bit) & 1;
  return (bit < 64 ? high : low) >> (63 - bit % 64) & 1;
}

static bool subnet_has(const pa_subnet *subnet, const pa_address *address) {
  if (subnet->family != address->family) return false;
  for (unsigned bit = 0; bit < subnet->length; bit++) {
    if (bit_of(subnet->family, subnet->high, subnet->low, bit) !=
        bit_of(address->family, address->high, address->low, bit)) {
      return false;
    }
  }
  return true;
}

bool list_has(const list *subnets, const pa_address *address) {
  for (size_t i = 0; i < subnets->count; i++) {
    if (subnet_has(&subnets->subnet[i], address)) return true;
  }
  return false;
}
