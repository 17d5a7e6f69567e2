/*
 * lists: trust lists for tests, in text and as subnets; their sets; and probes,
 * which look up the addresses at and around the subnets' bounds in a set.
 */
#ifndef LISTS_H
#define LISTS_H

#include "check.h"
#include "trust_set.h"
#include "vectors.h"

typedef struct {
  pa_subnet *subnet;
  size_t count, capacity;
} list;

/** Adds one subnet; ends the program if there is no memory. */
void list_add(list *out, pa_subnet subnet);

/** Adds the subnets of an entry that is given in text, unless it is invalid. */
pa_error list_add_entry(list *out, const pa_unit *text, size_t length);

void list_dispose(list *out);

/** Compiles the set of a list; ends the program if there is no memory. */
pa_trust_set *list_compile(const list *subnets);

/** Compiles the set of entries in text; ends the program if one is invalid. */
pa_trust_set *entries_compile(const vector_input *entry, size_t count);

/** Returns whether an address is in one of the subnets, compared bit by bit. */
bool list_has(const list *subnets, const pa_address *address);

#define V4_ALL UINT64_C(0xffffffff)

pa_subnet v4(uint64_t low, unsigned length);
pa_subnet v6(uint64_t high, uint64_t low, unsigned length);

/** The lowest address of a subnet. */
pa_address first_of(const pa_subnet *subnet);

/** The next address up or down; after the last comes the first. */
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
