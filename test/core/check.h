/*
 * check: a small test harness for the core.
 *
 * A test is a sentence and the checks that follow it. A check that fails is
 * printed and the test goes on; a crash is printed with the sentence and the
 * current input.
 *
 * Texts are placed next to an unreadable page:
 *
 *   guard_end      | unreadable |  ......  text| unreadable |
 *   guard_start    | unreadable |text  ......  | unreadable |
 *
 * A read one unit too far, or one too early, crashes at once. No sanitizer
 * reports every such read: it misses vector instructions and bytes between two
 * objects.
 */
#ifndef CHECK_H
#define CHECK_H

#include "address.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** The seed of random input; printed when a check fails. */
extern uint64_t check_seed;

/** Fewer repetitions and no time limit, for programs under valgrind. */
extern bool check_slowly;

/**
 * Prepares the report of crashes, and maps the guarded pages; to be called
 * first. Ends the program if it cannot.
 */
void check_prepare(void);

/** Starts a test. Both texts are copied. */
void check_start(const char *suite, const char *sentence);

/** Notes the current input for the report of a crash. It is not copied. */
void check_input(const void *text, size_t length);

/** Records whether a claim holds, and where it was made. */
void check_that(bool holds, const char *file, int line, const char *claim);

/** Checks that two texts are equal; prints both if they differ. */
void check_same(const char *expected, const char *actual, const char *file,
                int line);

/** Returns whether a check has failed since the test was started. */
bool check_has_failed(void);

/** Prints the summary; returns the exit status of the program. */
int check_finish(void);

#define CHECK(claim) check_that((claim), __FILE__, __LINE__, #claim)

/** The maximal length of a text, in units. */
#define GUARD_CAPACITY ((size_t)1 << 20)

/**
 * Returns a copy whose last unit is the last readable one; valid until the next
 * call. Each byte of the text becomes the unit of the same value.
 */
const pa_unit *guard_end(const void *text, size_t length);

/** The same, with the first unit as the first readable one. */
const pa_unit *guard_start(const void *text, size_t length);

typedef const pa_unit *(*guard_place)(const void *text, size_t length);

/** Both places, for loops. */
extern const guard_place guard_places[2];

/** Random numbers by splitmix64: the same on every machine. */
typedef struct {
  uint64_t state;
} prng;

/** Each purpose has its own sequence, so that tests remain independent. */
static inline prng prng_for(uint64_t purpose) {
  return (prng){check_seed * 1000003 + purpose};
}

static inline uint64_t prng_next(prng *random) {
  uint64_t z = random->state += 0x9e3779b97f4a7c15;
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
  z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
  return z ^ (z >> 31);
}

/** Returns a random number from 0 to limit - 1. */
static inline size_t prng_below(prng *random, size_t limit) {
  return (size_t)(prng_next(random) % limit);
}

/* The suites, a function for each part of the core; main.c calls them. */
void test_address(void);
void test_shortcut(void);
void test_subnet(void);
void test_describe(void);
void test_crossing(void);
void test_trust_set(void);
void test_size(void);
void test_hops(void);
void test_resolve(void);
void test_strict(void);
void test_walk(void);
void test_memory(void);

#endif
