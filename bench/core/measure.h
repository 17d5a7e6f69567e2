/*
 * Measures the core in C, without Node: one row per run of the program.
 *
 * Each input has to wait for the answer to the one before it, so that what is
 * measured is how long an answer takes, and not how many of them the processor
 * can work on at once.
 */
#ifndef MEASURE_H
#define MEASURE_H

#include <stddef.h>
#include <stdint.h>

/** Enough different inputs that no branch predictor learns them all. */
#define INPUTS ((size_t)1 << 16)

/** A candidate of a row. */
typedef struct {
  /** The candidate's name, printed before its figures. */
  const char *name;
  /**
   * Goes once through all inputs.
   *
   * @param zero  0, which the compiler does not know: answer & zero, added to
   *              the place of the next input, makes that wait
   * @return anything that depends on each answer
   */
  uint64_t (*pass)(const void *inputs, uint64_t zero);
  const void *inputs;
  /** How many answers a pass gives. */
  size_t answers;
} bench_runner;

/** The next of a fixed sequence of random numbers. */
uint64_t bench_random(void);

/** A random number from 0 up to but not including `limit`. */
uint64_t bench_below(uint64_t limit);

/** malloc() that ends the program rather than return NULL. */
void *bench_allocate(size_t count, size_t size);

/** Ends the program with a message. */
void bench_fail(const char *message);

/**
 * Runs them in turns and prints a line for each: its name, the median of
 * nanoseconds per answer, and the median of each round's ratio to the first.
 *
 * @param count  1 or 2
 */
void bench_run(const bench_runner *runners, size_t count);

/* The rows: each makes its inputs, checks some answers, and measures. */

/** Measures reading addresses of a kind: "ipv4", "mapped", … */
void bench_parse(const char *kind);

/** Measures look-ups in a set of `subnets` subnets of a family. */
void bench_lookup(const char *family, size_t subnets);

/** Measures the steps through headers of `entries` entries each. */
void bench_hops(size_t entries);

#endif
