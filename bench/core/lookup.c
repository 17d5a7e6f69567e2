/* Measures whether an address is in a set, for sets of any size. */
#include "measure.h"

#include "trust_set.h"

#include <string.h>

/* This many answers are compared with a linear search of the list. */
#define FEW 64

static const pa_trust_set *trust_set;

/*
 * Returns a subnet of /24 to /32, or of /32 to /64 in 2000::/4. A million of
 * these hardly overlap, which matters because a set keeps only what is left
 * after merging.
 */
static pa_subnet random_subnet(pa_family family) {
  if (family == PA_IPV4)
    return (pa_subnet){.family = family,
                       .low = bench_random() >> 32,
                       .length = (uint8_t)(24 + bench_below(9))};
  return (pa_subnet){.family = family,
                     .high = (uint64_t)2 << 60 | bench_random() >> 4,
                     .length = (uint8_t)(32 + bench_below(33))};
}

/*
 * Returns an address: half of them are in a subnet of the list, half are
 * anywhere.
 */
static pa_address random_address(pa_family family, const pa_subnet *list,
                                 size_t count) {
  pa_subnet anywhere = random_subnet(family);
  const pa_subnet *place =
      bench_below(2) == 0 ? list + bench_below(count) : &anywhere;
  pa_address address = {.family = family, .high = place->high};
  if (family == PA_IPV4) {
    uint64_t host = (uint64_t)UINT32_MAX >> place->length;
    address.low = (place->low & ~host) | (bench_random() & host);
  } else {
    uint64_t host = place->length == 64 ? 0 : UINT64_MAX >> place->length;
    address.high = (place->high & ~host) | (bench_random() & host);
    address.low = bench_random();
  }
  return address;
}

static bool is_in(const pa_subnet *subnet, const pa_address *address) {
  if (subnet->family == PA_IPV4)
    return (subnet->low ^ address->low) >> (32 - subnet->length) == 0;
  return (subnet->high ^ address->high) >> (64 - subnet->length) == 0;
}

static void check(const pa_subnet *list, size_t count,
                  const pa_address *addresses) {
  for (size_t i = 0; i < FEW; i++) {
    bool expected = false;
    for (size_t at = 0; at < count && !expected; at++)
      expected = is_in(list + at, addresses + i);
    if (pa_trust_set_has(trust_set, addresses + i) != expected)
      bench_fail("the set gives a wrong answer");
  }
}

static const pa_trust_set *make_set(const pa_subnet *list, size_t count) {
  pa_builder builder = {0};
  pa_trust_set *set = NULL;
  for (size_t i = 0; i < count; i++) {
    if (pa_builder_add(&builder, list + i) != PA_OK)
      bench_fail("out of memory");
  }
  if (pa_builder_finish(&builder, &set) != PA_OK) bench_fail("out of memory");
  pa_builder_dispose(&builder);
  return set;
}

static uint64_t pass_set(const void *inputs, uint64_t zero) {
  const pa_address *addresses = inputs;
  uint64_t sum = 0;
  for (size_t i = 0; i < INPUTS; i++)
    sum += pa_trust_set_has(trust_set, addresses + i + (sum & zero));
  return sum;
}

void bench_lookup(const char *name, size_t count) {
  pa_family family = strcmp(name, "ipv4") == 0 ? PA_IPV4 : PA_IPV6;
  if (count == 0) bench_fail("the set must have at least one subnet");
  pa_subnet *list = bench_allocate(count, sizeof *list);
  pa_address *addresses = bench_allocate(INPUTS, sizeof *addresses);
  for (size_t i = 0; i < count; i++)
    list[i] = random_subnet(family);
  for (size_t i = 0; i < INPUTS; i++)
    addresses[i] = random_address(family, list, count);
  trust_set = make_set(list, count);
  check(list, count, addresses);
  bench_run(&(bench_runner){"core", pass_set, addresses, INPUTS}, 1);
}
