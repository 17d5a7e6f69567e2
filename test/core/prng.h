/* prng: splitmix64, the same numbers on every machine. */
#ifndef PRNG_H
#define PRNG_H

#include "check.h"

typedef struct {
  uint64_t state;
} prng;

/** Each purpose has a sequence of its own, so that tests stay independent. */
static inline prng prng_for(uint64_t purpose) {
  return (prng){check_seed * 1000003 + purpose};
}

static inline uint64_t prng_next(prng *random) {
  uint64_t z = random->state += 0x9e3779b97f4a7c15;
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
  z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
  return z ^ (z >> 31);
}

/** 0 to limit - 1. */
static inline size_t prng_below(prng *random, size_t limit) {
  return (size_t)(prng_next(random) % limit);
}

#endif
