/* The command line, and the loop that all measurements share. */
#include "measure.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define ROUNDS 15
#define ROUND_NS 10e6

/* splitmix64, by Sebastiano Vigna, who put it in the public domain. */
uint64_t bench_random(void) {
  static uint64_t state = 20;
  uint64_t mixed = state += 0x9e3779b97f4a7c15;
  mixed = (mixed ^ mixed >> 30) * 0xbf58476d1ce4e5b9;
  mixed = (mixed ^ mixed >> 27) * 0x94d049bb133111eb;
  return mixed ^ mixed >> 31;
}

uint64_t bench_below(uint64_t limit) {
  return bench_random() % limit;
}

void bench_fail(const char *message) {
  fprintf(stderr, "%s\n", message);
  exit(EXIT_FAILURE);
}

void *bench_allocate(size_t count, size_t size) {
  void *memory = calloc(count, size);
  if (memory == NULL) bench_fail("out of memory");
  return memory;
}

static double now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (double)time.tv_sec * 1e9 + (double)time.tv_nsec;
}

/* Nanoseconds per answer. */
static double turn(const bench_runner *runner, unsigned passes) {
  static volatile uint64_t zero;
  uint64_t sum = 0;
  double begin = now();
  for (unsigned pass = 0; pass < passes; pass++)
    sum += runner->pass(runner->inputs, zero);
  double ns = (now() - begin) / passes / (double)runner->answers;
  /* Never true, but the compiler cannot drop the sum. */
  return sum & zero ? 0 : ns;
}

static unsigned passes_for(const bench_runner *runner) {
  unsigned passes = 1;
  while (turn(runner, passes) * passes * (double)runner->answers < ROUND_NS)
    passes *= 2;
  return passes;
}

static int compare(const void *a, const void *b) {
  double x = *(const double *)a, y = *(const double *)b;
  return (x > y) - (x < y);
}

static double median(double values[ROUNDS]) {
  qsort(values, ROUNDS, sizeof *values, compare);
  return values[ROUNDS / 2];
}

void bench_run(const bench_runner *runners, size_t count) {
  double ns[2][ROUNDS], ratio[2][ROUNDS];
  unsigned passes[2];
  for (size_t i = 0; i < count; i++)
    passes[i] = passes_for(runners + i);
  for (size_t round = 0; round < ROUNDS; round++) {
    for (size_t i = 0; i < count; i++) {
      ns[i][round] = turn(runners + i, passes[i]);
      ratio[i][round] = ns[i][round] / ns[0][round];
    }
  }
  for (size_t i = 0; i < count; i++)
    printf("%s\t%f\t%f\n", runners[i].name, median(ns[i]), median(ratio[i]));
}

int main(int argc, char **argv) {
  const char *what = argc > 2 ? argv[1] : "";
  if (strcmp(what, "parse") == 0)
    bench_parse(argv[2]);
  else if (strcmp(what, "look-up") == 0 && argc > 3)
    bench_lookup(argv[2], strtoul(argv[3], NULL, 10));
  else if (strcmp(what, "hops") == 0)
    bench_hops(strtoul(argv[2], NULL, 10));
  else
    bench_fail("core-bench parse <kind> | look-up <family> <subnets> | "
               "hops <entries>");
  return EXIT_SUCCESS;
}
