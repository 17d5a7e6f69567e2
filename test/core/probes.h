/* probes: a set asked about the addresses at and around its subnets' bounds. */
#ifndef PROBES_H
#define PROBES_H

#include "lists.h"
#include "prng.h"

#define V4_ALL UINT64_C(0xffffffff)

pa_subnet v4(uint64_t low, unsigned length);
pa_subnet v6(uint64_t high, uint64_t low, unsigned length);

/** The lowest address of a subnet. */
pa_address first_of(const pa_subnet *subnet);

/** The next address up or down; behind the last one comes the first. */
pa_address after(pa_address address);
pa_address before(pa_address address);

/** Checks that the set and the definition agree on an address. */
void probe(const pa_trust_set *set, const list *subnets, pa_address address);

/**
 * Compiles a list and probes both ends of the address space, and around all
 * subnets of a short list or some of a long one.
 */
void probe_list(const list *subnets, prng *random);

#endif
