/* The rows: each makes its inputs, checks some answers, and measures. */
#ifndef ROWS_H
#define ROWS_H

#include <stddef.h>

/** Measures reading addresses of a kind: "ipv4", "mapped", … */
void bench_parse(const char *kind);

/** Measures look-ups in a set of `subnets` subnets of a family. */
void bench_lookup(const char *family, size_t subnets);

/** Measures the steps through headers of `entries` entries each. */
void bench_hops(size_t entries);

#endif
