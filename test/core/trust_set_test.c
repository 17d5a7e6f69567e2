/*
 * Subnets -> a set. Lists of many shapes and sizes are compared with the
 * definition of membership (list_has), at every bound and around it.
 */
#include "check.h"
#include "lists.h"
#include "trust_set.h"

#include <stdio.h>

#define SUITE "trust_set"

static void add_spread_v4(list *out, size_t count, prng *random) {
  while (out->count < count)
    list_add(out, v4(prng_next(random) & V4_ALL, 12 + prng_below(random, 21)));
}

static void add_spread_v6(list *out, size_t count, prng *random) {
  while (out->count < count) {
    uint64_t high = prng_next(random);
    list_add(out, v6(high, prng_next(random), 12 + prng_below(random, 117)));
  }
}

static void add_mixed(list *out, size_t count, prng *random) {
  while (out->count < count) {
    size_t more = out->count + 1;
    if (prng_below(random, 2) == 0)
      add_spread_v4(out, more, random);
    else
      add_spread_v6(out, more, random);
  }
}

/* Subnets in two small regions of each address space. */
static void add_clustered(list *out, size_t count, prng *random) {
  while (out->count < count) {
    uint64_t host = prng_next(random) & 0xffff, side = prng_below(random, 2);
    unsigned length = 20 + (unsigned)prng_below(random, 13);
    if (prng_below(random, 2) == 0) {
      list_add(out, v4((side ? 0x0a010000 : 0xc0a80000) | host, length));
    } else {
      list_add(out, v6(0x20010db800000000 | side, host << 40, length + 60));
    }
  }
}

/* All prefixes of one address, repeatedly: each is inside the shorter ones. */
static void add_nested(list *out, size_t count, prng *random) {
  uint64_t high = prng_next(random), low = prng_next(random);
  while (out->count < count) {
    list_add(out, v6(high, low, 128 - out->count % 100));
    list_add(out, v4(low & V4_ALL, 32 - out->count / 2 % 31));
  }
}

static void add_duplicates(list *out, size_t count, prng *random) {
  add_mixed(out, count < 7 ? count : 7, random);
  while (out->count < count)
    list_add(out, out->subnet[prng_below(random, 7)]);
}

/* Neighbours, which become one range, except every 50th. */
static void add_adjacent(list *out, size_t count, prng *random) {
  uint64_t start = prng_next(random) & 0x3fffff;
  for (uint64_t i = 0; out->count < count; i++) {
    if (i % 50 == 49) continue;
    list_add(out, v4((start + i) << 8 & V4_ALL, 24));
    list_add(out, v6(start, UINT64_MAX - (i << 20), 108));
  }
}

/*
 * A bound at each end of the space makes the index coarse. All others are so
 * close to each other that they share a slot.
 */
static void add_one_slot(list *out, size_t count, prng *random) {
  uint64_t place = prng_next(random) & 0xfff00000;
  if (count > 4) {
    list_add(out, v4(0, 32));
    list_add(out, v4(V4_ALL, 32));
    list_add(out, v6(0, 0, 128));
    list_add(out, v6(UINT64_MAX, UINT64_MAX, 128));
  }
  for (uint64_t i = 0; out->count < count; i++) {
    list_add(out, v4(place + 2 * i, 32));
    list_add(out, v6(place, place + 2 * i, 128));
  }
}

/* Nothing but the ends of the space. */
static void add_ends(list *out, size_t count, prng *random) {
  while (out->count < count) {
    uint64_t end = prng_below(random, 2) == 0 ? 0 : UINT64_MAX;
    uint64_t low = end ^ prng_below(random, 64);
    list_add(out, v4(low & V4_ALL, 26 + prng_below(random, 7)));
    list_add(out, v6(end, low, 122 + prng_below(random, 7)));
  }
}

typedef void generator(list *out, size_t count, prng *random);

static const struct {
  const char *kind;
  generator *add;
} shapes[] = {
    {"unsorted IPv4 subnets", add_spread_v4},
    {"unsorted IPv6 subnets", add_spread_v6},
    {"unsorted subnets of both families", add_mixed},
    {"subnets close to each other", add_clustered},
    {"subnets inside each other", add_nested},
    {"subnets with duplicates", add_duplicates},
    {"subnets that touch each other", add_adjacent},
    {"subnets that share a slot of the index", add_one_slot},
    {"subnets at both ends of the address space", add_ends},
};

static void check_shapes(void) {
  static const size_t sizes[] = {0, 1, 2, 3, 7, 100, 1000, 20000};
  prng random = prng_for(6);
  for (size_t i = 0; i < sizeof shapes / sizeof *shapes; i++) {
    for (size_t j = 0; j < sizeof sizes / sizeof *sizes; j++) {
      char sentence[120];
      size_t rounds = sizes[j] > 0 && sizes[j] < 100 ? 50 : 1;
      snprintf(sentence, sizeof sentence,
               "A set of %zu %s has exactly their addresses", sizes[j],
               shapes[i].kind);
      check_start(SUITE, sentence);
      for (; rounds > 0; rounds--) {
        list subnets = {0};
        shapes[i].add(&subnets, sizes[j], &random);
        probe_list(&subnets, &random);
        list_dispose(&subnets);
      }
    }
  }
}

static void check_one_subnet(void) {
  prng random = prng_for(7);
  check_start(SUITE,
              "One subnet of any length, anywhere, contains its addresses");
  for (unsigned length = 0; length <= 128; length++) {
    for (int place = 0; place < 4; place++) {
      uint64_t ends[] = {0, UINT64_MAX, prng_next(&random), prng_next(&random)};
      list subnets = {0};
      if (length <= 32) list_add(&subnets, v4(ends[place] & V4_ALL, length));
      if (length > 0) list_add(&subnets, v6(ends[place], ends[place], length));
      probe_list(&subnets, &random);
      list_dispose(&subnets);
    }
  }
}

static void check_whole_space(void) {
  prng random = prng_for(8);
  list halves = {0}, all = {0};
  check_start(SUITE, "Two halves are the whole space, as is length 0");
  list_add(&halves, v4(0, 1));
  list_add(&halves, v4(V4_ALL, 1));
  list_add(&halves, v6(0, 0, 1));
  list_add(&halves, v6(UINT64_MAX, 0, 1));
  list_add(&all, v4(0, 0));
  list_add(&all, v4(10 << 24, 8));
  probe_list(&halves, &random);
  probe_list(&all, &random);
  list_dispose(&halves);
  list_dispose(&all);
}

/** The subnet of a block of 16 addresses with this number, 0 to 30. */
static pa_subnet in_block(pa_address block, unsigned number) {
  unsigned bits = 0;
  while (number >= 16u >> bits) {
    number -= 16u >> bits;
    bits++;
  }
  pa_subnet subnet = {block.high, block.low + ((uint64_t)number << bits),
                      block.family, 0};
  subnet.length = (uint8_t)((block.family == PA_IPV4 ? 32 : 128) - bits);
  return subnet;
}

static void probe_block(const list *subnets, pa_address block) {
  pa_trust_set *set = list_compile(subnets);
  pa_address address = before(before(block));
  for (int i = 0; i < 20; i++) {
    probe(set, subnets, address);
    address = after(address);
  }
  pa_trust_set_free(set);
}

static void check_small_world(pa_address block) {
  unsigned step = check_slowly ? 7 : 1;
  for (unsigned choice = 0; choice < 31 * 31 * 31; choice += step) {
    pa_subnet three[] = {in_block(block, choice % 31),
                         in_block(block, choice / 31 % 31),
                         in_block(block, choice / 31 / 31)};
    list subnets = {three, 3, 3};
    probe_block(&subnets, block);
  }
}

static void check_small_worlds(void) {
  static const pa_address blocks[] = {
      {0, 0, PA_IPV4, false},
      {0, 0x0a000000, PA_IPV4, false},
      {0, 0xfffffff0, PA_IPV4, false},
      {0, 0, PA_IPV6, false},
      {0, 0xfffffffffffffff0, PA_IPV6, false},
      {1, 0, PA_IPV6, false},
      {UINT64_MAX, 0xfffffffffffffff0, PA_IPV6, false},
  };
  check_start(SUITE, "All triples of subnets of sixteen addresses are exact");
  for (size_t i = 0; i < sizeof blocks / sizeof *blocks; i++) {
    check_small_world(blocks[i]);
  }
}

void test_trust_set(void) {
  check_shapes();
  check_one_subnet();
  check_whole_space();
  check_small_worlds();
}
