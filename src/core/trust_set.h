/*
 * trust_set: subnets -> an immutable set, and whether an address is in it.
 *
 * Trust is membership, not longest match, so a list of subnets is a set of
 * ranges. Sorted and merged, only their *boundaries* are kept: the first
 * address of a range and the first one after it. An address is inside if the
 * number of boundaries at or below it is odd.
 *
 *   10.0.0.0/8, 10.1.0.0/16, 192.168.0.0/16
 *
 *   boundaries     10.0.0.0   11.0.0.0   192.168.0.0   192.169.0.0
 *   rank        0 |    1     |    2     |      3      |     4
 *   inside     no |   yes    |    no    |     yes     |    no
 *
 * An index over the leading bits of (address - first) gives the few boundaries
 * to compare, so the cost hardly grows with the list. `first` is the lowest
 * boundary, or 0 if the highest address of all is inside:
 *
 *   slot    0     1     2    ...  outside    (address - first) >> shift
 *         +-----+-----+-----+-----+-----+
 *   index |  0  |  2  |  2  | ... |     |    boundaries in the slots before
 *         +-----+-----+-----+-----+-----+
 *            |     |
 *            v     v
 *         [ b0 b1 | b2 b3 ... ]             a window as wide as the fullest
 *                                           slot: see boundaries.h
 *
 * This file's .c is the only one of the core that allocates.
 */
#ifndef PA_TRUST_SET_H
#define PA_TRUST_SET_H

#include "subnet.h"

#ifdef __cplusplus
extern "C" {
#endif

/** A compiled list: one allocation, immutable, safe to read from any thread. */
typedef struct pa_trust_set pa_trust_set;

/** A list being collected. Zero-initialise it: `pa_builder builder = {0};`. */
typedef struct {
  struct pa_range_v4 *v4;
  struct pa_range_v6 *v6;
  size_t v4_count, v4_capacity;
  size_t v6_count, v6_capacity;
} pa_builder;

/**
 * Adds one subnet.
 *
 * @return PA_OK, or PA_ERR_MEMORY; after an error the builder is unchanged, and
 *         must still be disposed of
 */
pa_error pa_builder_add(pa_builder *builder, const pa_subnet *subnet);

/**
 * Makes the set of all subnets added so far. The builder's content is used up:
 * the only thing left to do with it is pa_builder_dispose().
 *
 * @param out  receives the set, which the caller owns and frees with
 *             pa_trust_set_free(); untouched on error
 * @return PA_OK, or PA_ERR_MEMORY
 */
pa_error pa_builder_finish(pa_builder *builder, pa_trust_set **out);

/** Frees the builder's content, and leaves it empty. */
void pa_builder_dispose(pa_builder *builder);

/** Returns whether the address is in one of the subnets. */
bool pa_trust_set_has(const pa_trust_set *set, const pa_address *address);

/** The size of the set's one allocation, in bytes. */
size_t pa_trust_set_size(const pa_trust_set *set);

/** Frees the set, which may be NULL. */
void pa_trust_set_free(pa_trust_set *set);

#ifdef __cplusplus
}
#endif

#endif
