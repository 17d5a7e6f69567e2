/*
 * Tests what the core allocates, what it frees, and that it survives a failing
 * allocation.
 *
 * In tests the core is compiled with -Dmalloc=counted_malloc and so on, which
 * works with every compiler and linker.
 */
#include "check.h"
#include "lists.h"
#include "strict/crossing.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SUITE "memory"

void *counted_malloc(size_t size);
void *counted_calloc(size_t count, size_t size);
void *counted_realloc(void *block, size_t size);
void counted_free(void *block);

#define BLOCKS_MOST 64

static struct {
  void *start;
  size_t size;
} block[BLOCKS_MOST];

static size_t until_failure;
static bool failed;

/** Lets the n-th request from now on fail, 1 being the next; 0 for none. */
static void counted_fail_at(size_t n) {
  until_failure = n;
  failed = false;
}

/** Returns whether the planned failure has happened. */
static bool counted_has_failed(void) {
  return failed;
}

/** The number of blocks that are not freed. */
static size_t counted_blocks(void) {
  size_t count = 0;
  for (size_t i = 0; i < BLOCKS_MOST; i++) {
    count += block[i].start != NULL;
  }
  return count;
}

/** The number of bytes in them. */
static size_t counted_bytes(void) {
  size_t bytes = 0;
  for (size_t i = 0; i < BLOCKS_MOST; i++) {
    if (block[i].start != NULL) bytes += block[i].size;
  }
  return bytes;
}

static bool must_fail(void) {
  if (until_failure == 0 || --until_failure > 0) return false;
  failed = true;
  return true;
}

/** The index of a block; of a free slot for NULL. */
static size_t place_of(const void *start) {
  for (size_t i = 0; i < BLOCKS_MOST; i++) {
    if (block[i].start == start) return i;
  }
  fprintf(stderr, "unknown block, or too many blocks\n");
  abort();
}

static void *enter(size_t place, void *start, size_t size) {
  block[place].start = start;
  block[place].size = size;
  return start;
}

void *counted_malloc(size_t size) {
  if (must_fail()) return NULL;
  return enter(place_of(NULL), malloc(size), size);
}

void *counted_calloc(size_t count, size_t size) {
  if (must_fail()) return NULL;
  return enter(place_of(NULL), calloc(count, size), count * size);
}

void *counted_realloc(void *start, size_t size) {
  if (start == NULL) return counted_malloc(size);
  if (must_fail()) return NULL;
  size_t place = place_of(start);
  void *moved = realloc(start, size);
  return moved == NULL ? NULL : enter(place, moved, size);
}

void counted_free(void *start) {
  if (start == NULL) return;
  enter(place_of(start), NULL, 0);
  free(start);
}

/** A value for the result that is not the address of a set. */
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
 * Adds a list. An addition that fails changes nothing; if `retry` is set, it is
 * made again, and succeeds.
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
  check_start(SUITE, sentence);
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
  check_start(SUITE, "A set is one allocation of the reported size");
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
  check_start(SUITE,
              "A builder may be disposed of at any time, and used again");
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
  check_start(SUITE, "Freeing NULL does nothing");
  pa_trust_set_free(NULL);
  CHECK(counted_blocks() == 0);
}

static void check_independence(void) {
  list first = some_list(50, true, false), second = some_list(50, false, true);
  check_start(SUITE, "Two sets are independent");
  pa_trust_set *one = list_compile(&first), *other = list_compile(&second);
  CHECK(has_all(one, &first) && !has_all(one, &second));
  pa_trust_set_free(one);
  CHECK(has_all(other, &second) && !has_all(other, &first));
  pa_trust_set_free(other);
  list_dispose(&first);
  list_dispose(&second);
}

/** Makes a policy with the n-th request failing; returns whether it was
 * reached. */
static bool compile_policy_failing(size_t n) {
  static const uint32_t length[] = {10, 3, 9};
  static const uint32_t config[] = {
      PA_POLICY_TRUST, 2, 1, PA_NONE, 20, 0, 0, 0, 1, 1, 1};
  const pa_entries list = {guard_end("10.0.0.0/8::1192.0.2.1", 22), 22, length,
                           3};
  pa_policy policy = {.lists = 7};
  counted_fail_at(n);
  pa_error error =
      pa_policy_compile(config, sizeof config / sizeof *config, &list, &policy);
  bool failed = counted_has_failed();
  counted_fail_at(0);
  CHECK(error == (failed ? PA_ERR_MEMORY : PA_OK));
  CHECK(policy.lists == (failed ? 7u : 2u));
  if (!failed) {
    CHECK(counted_blocks() == 3);
    CHECK(counted_bytes() + sizeof policy == pa_policy_size(&policy));
    pa_policy_dispose(&policy);
  }
  CHECK(counted_blocks() == 0);
  return failed;
}

static void check_policy(void) {
  check_start(SUITE,
              "Without memory, a policy is refused, and all memory is freed");
  size_t n = 1;
  while (compile_policy_failing(n))
    n++;
  CHECK(n > 3);
}

static void check_nothing_is_left(void) {
  check_start(SUITE, "All other tests freed what they allocated");
  CHECK(counted_blocks() == 0);
}

void test_memory(void) {
  check_nothing_is_left();
  check_failures_of_all(
      "Without memory, a list is refused, and all memory is freed", false);
  check_failures_of_all("An addition that failed may be made again", true);
  check_size();
  check_disposal();
  check_free_nothing();
  check_independence();
  check_policy();
}
