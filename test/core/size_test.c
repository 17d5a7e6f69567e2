/* Tests the size of sets, and that a very large set is exact. */
#include "check.h"
#include "lists.h"
#include "trust_set.h"

#define SUITE "size"

static size_t size_of(const list *subnets) {
  pa_trust_set *set = list_compile(subnets);
  size_t size = pa_trust_set_size(set);
  pa_trust_set_free(set);
  return size;
}

static void check_merging(void) {
  list parts = {0}, whole = {0};
  check_start(SUITE, "Adjacent subnets take the space of the one they form");
  list_add(&whole, v4(10 << 24, 22));
  list_add(&whole, v6(1, 0, 118));
  for (uint64_t i = 0; i < 1024; i++) {
    uint64_t host = i * 7 % 1024;
    list_add(&parts, v4(10 << 24 | host, 32));
    list_add(&parts, v6(1, host, 128));
  }
  CHECK(size_of(&parts) == size_of(&whole));
  list_dispose(&parts);
  list_dispose(&whole);
}

/** Every third address, in a shuffled order: no two are adjacent. */
static list every_third(pa_family family, size_t count) {
  list out = {0};
  for (size_t i = 0; i < count; i++) {
    uint64_t at = i * 7919 % count * 3;
    list_add(&out, family == PA_IPV4 ? v4(at, 32) : v6(1, at, 128));
  }
  return out;
}

static void probe_thirds(const pa_trust_set *set, pa_family family,
                         size_t count) {
  uint64_t high = family == PA_IPV6, wrong = 0;
  for (uint64_t i = 0; i < 3 * (uint64_t)count + 3; i++) {
    pa_address address = {high, i, family, false};
    bool expected = i % 3 == 0 && i < 3 * (uint64_t)count;
    wrong += pa_trust_set_has(set, &address) != expected;
  }
  CHECK(wrong == 0);
}

static void check_million(pa_family family, size_t most_bytes_each) {
  size_t count = check_slowly ? 10000 : 1000000;
  list subnets = every_third(family, count);
  pa_trust_set *set = list_compile(&subnets);
  probe_thirds(set, family, count);
  if (!check_slowly) CHECK(pa_trust_set_size(set) <= count * most_bytes_each);
  pa_trust_set_free(set);
  list_dispose(&subnets);
}

/* Spread over the whole space, so that the index has its largest size. */
static void check_spread_million(pa_family family, size_t most_bytes_each) {
  size_t count = check_slowly ? 1000 : 1000000;
  list subnets = {0};
  for (uint64_t i = 0; i < count; i++) {
    uint64_t at = i * (V4_ALL / count);
    list_add(&subnets, family == PA_IPV4 ? v4(at, 32) : v6(at << 32, at, 128));
  }
  pa_trust_set *set = list_compile(&subnets);
  if (!check_slowly) CHECK(pa_trust_set_size(set) <= count * most_bytes_each);
  for (size_t i = 0; i < count; i++) {
    pa_address inside = first_of(&subnets.subnet[i]);
    pa_address outside = after(inside);
    CHECK(pa_trust_set_has(set, &inside) && !pa_trust_set_has(set, &outside));
  }
  pa_trust_set_free(set);
  list_dispose(&subnets);
}

static void check_millions(void) {
  check_start(SUITE, "A million close IPv4 subnets take 24 bytes each at most");
  check_million(PA_IPV4, 24);
  check_start(SUITE, "A million close IPv6 subnets take 48 bytes each at most");
  check_million(PA_IPV6, 48);
  check_start(SUITE,
              "A million spread IPv4 subnets take 24 bytes each at most");
  check_spread_million(PA_IPV4, 24);
  check_start(SUITE,
              "A million spread IPv6 subnets take 48 bytes each at most");
  check_spread_million(PA_IPV6, 48);
}

void test_size(void) {
  check_merging();
  check_millions();
}
