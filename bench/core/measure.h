/*
 * Measures the core in C, without Node: one row per run of the program.
 *
 * Each input depends on the answer to the one before it. So this measures how
 * long an answer takes, and not how many the processor can work on at the same
 * time.
 */
#ifndef MEASURE_H
#define MEASURE_H

#include <stddef.h>
#include <stdint.h>

/** So many different inputs that no branch predictor learns them all. */
#define INPUTS ((size_t)1 << 16)

/** A candidate of a row. */
typedef struct {
  /** The candidate's name, printed before its figures. */
  const char *name;
  /**
   * Runs once through all inputs.
   *
   * @param zero  0, which the compiler does not know: adding answer & zero to
   *              the index of the next input makes that input wait
   * @return anything that depends on each answer
   */
  uint64_t (*pass)(const void *inputs, uint64_t zero);
  const void *inputs;
  /** How many answers a pass gives. */
  size_t answers;
} bench_runner;

/** Returns the next number of a fixed pseudo-random sequence. */
uint64_t bench_random(void);

/** Returns a random number from 0 up to but not including `limit`. */
uint64_t bench_below(uint64_t limit);

/** malloc() that ends the program rather than return NULL. */
void *bench_allocate(size_t count, size_t size);

/** Ends the program with a message. */
void bench_fail(const char *message);

/**
 * Runs the candidates in turns and prints a line for each: its name, the median
 * of the nanoseconds per answer, and the median of each round's ratio to the
 * first.
 *
 * @param count  1 or 2
 */
void bench_run(const bench_runner *runners, size_t count);

/*
 * The rows: each function makes its inputs, checks some answers, and measures.
 */

/** Measures reading addresses of a kind: "ipv4", "mapped", … */
void bench_parse(const char *kind);

/** Measures look-ups in a set of `subnets` subnets of a family. */
void bench_lookup(const char *family, size_t subnets);

/** Measures the steps through headers of `entries` entries each. */
void bench_hops(size_t entries);

#endif
