/* What is allocated, what is given back, and what happens without memory. */
#include "check.h"
#include "counted.h"
#include "lists.h"

#include <stdint.h>
#include <string.h>

#define ROOM "memory"

/** Where a set would be written; not the address of one. */
static char no_set_here;

static list some_list(size_t count, bool v4, bool v6) {
  prng random = prng_for(9);
  list out = {0};
  while (out.count < count) {
    uint64_t high = prng_next(&random), low = prng_next(&random);
    bool take_v4 = v4 && (!v6 || out.count % 2 == 0);
    pa_subnet subnet = {high, low, PA_IPV6, 48};
    if (take_v4) subnet = (pa_subnet){0, low & UINT32_MAX, PA_IPV4, 24};
    list_add(&out, subnet);
  }
  return out;
}

static bool has_all(const pa_trust_set *set, const list *subnets) {
  for (size_t i = 0; i < subnets->count; i++) {
    const pa_subnet *subnet = &subnets->subnet[i];
    pa_address address = {subnet->high, subnet->low, subnet->family, false};
    if (!pa_trust_set_has(set, &address)) return false;
  }
  return true;
}

/**
 * Adds a list. An addition that fails changes nothing, and then succeeds when
 * there is memory again, if `retry` says so.
 */
static pa_error add_all(pa_builder *builder, const list *subnets, bool retry) {
  for (size_t i = 0; i < subnets->count; i++) {
    size_t v4 = builder->v4_count, v6 = builder->v6_count;
    pa_error error = pa_builder_add(builder, &subnets->subnet[i]);
    if (error == PA_OK) continue;
    CHECK(error == PA_ERR_MEMORY);
    CHECK(builder->v4_count == v4 && builder->v6_count == v6);
    if (!retry) return error;
    CHECK(pa_builder_add(builder, &subnets->subnet[i]) == PA_OK);
  }
  return PA_OK;
}

/** Compiles with the n-th request failing; returns whether it was reached. */
static bool compile_failing(const list *subnets, size_t n, bool retry) {
  pa_builder builder = {0};
  pa_trust_set *nothing = (pa_trust_set *)(void *)&no_set_here, *set = nothing;
  counted_fail_at(n);
  pa_error error = add_all(&builder, subnets, retry);
  bool failed_adding = counted_has_failed();
  if (error == PA_OK) error = pa_builder_finish(&builder, &set);
  bool failed = counted_has_failed();
  counted_fail_at(0);
  bool is_error = failed && !(retry && failed_adding);
  CHECK(error == (is_error ? PA_ERR_MEMORY : PA_OK));
  CHECK((set == nothing) == (error != PA_OK));
  pa_builder_dispose(&builder);
  if (error == PA_OK) {
    CHECK(has_all(set, subnets));
    CHECK(counted_blocks() == 1);
    pa_trust_set_free(set);
  }
  CHECK(counted_blocks() == 0);
  return failed;
}

static void check_failures(const list *subnets, bool retry) {
  size_t n = 1;
  while (compile_failing(subnets, n, retry))
    n++;
  CHECK(n > 1);
}

static void check_failures_of_all(const char *sentence, bool retry) {
  static const size_t sizes[] = {0, 1, 2, 9, 100, 3000};
  check_start(ROOM, sentence);
  for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
    for (int families = 1; families <= 3; families++) {
      list subnets = some_list(sizes[i], families & 1, families & 2);
      check_failures(&subnets, retry);
      list_dispose(&subnets);
    }
  }
}

static void check_size(void) {
  static const size_t sizes[] = {0, 1, 100, 3000};
  check_start(ROOM, "A set is one allocation, of the size it says");
  for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
    list subnets = some_list(sizes[i], true, true);
    pa_trust_set *set = list_compile(&subnets);
    CHECK(counted_blocks() == 1);
    CHECK(counted_bytes() == pa_trust_set_size(set));
    pa_trust_set_free(set);
    CHECK(counted_blocks() == 0);
    list_dispose(&subnets);
  }
}

static void check_disposal(void) {
  list subnets = some_list(10, true, true);
  pa_builder builder = {0};
  check_start(ROOM, "A builder may be disposed of at any time, and used again");
  for (int round = 0; round < 3; round++) {
    CHECK(add_all(&builder, &subnets, false) == PA_OK);
    pa_builder_dispose(&builder);
    CHECK(counted_blocks() == 0);
    CHECK(builder.v4_count == 0 && builder.v6_count == 0);
    pa_builder_dispose(&builder);
  }
  list_dispose(&subnets);
}

static void check_free_nothing(void) {
  check_start(ROOM, "Freeing no set does nothing");
  pa_trust_set_free(NULL);
  CHECK(counted_blocks() == 0);
}

static void check_independence(void) {
  list first = some_list(50, true, false), second = some_list(50, false, true);
  check_start(ROOM, "Two sets have nothing to do with each other");
  pa_trust_set *one = list_compile(&first), *other = list_compile(&second);
  CHECK(has_all(one, &first) && !has_all(one, &second));
  pa_trust_set_free(one);
  CHECK(has_all(other, &second) && !has_all(other, &first));
  pa_trust_set_free(other);
  list_dispose(&first);
  list_dispose(&second);
}

static void check_nothing_is_left(void) {
  check_start(ROOM, "All other tests gave back what they took");
  CHECK(counted_blocks() == 0);
}

void test_memory(void) {
  check_nothing_is_left();
  check_failures_of_all("Without memory, a list is refused and all given back",
                        false);
  check_failures_of_all("An addition that failed may be made again", true);
  check_size();
  check_disposal();
  check_free_nothing();
  check_independence();
}
