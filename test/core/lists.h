/* lists: trust lists for tests, in text and as subnets, and their sets. */
#ifndef LISTS_H
#define LISTS_H

#include "trust_set.h"
#include "vectors.h"

typedef struct {
  pa_subnet *subnet;
  size_t count, capacity;
} list;

/** Adds one subnet; the program ends if there is no memory. */
void list_add(list *out, pa_subnet subnet);

void list_dispose(list *out);

/** The set of a list; the program ends if there is no memory. */
pa_trust_set *list_compile(const list *subnets);

/** The set of the entries given in text; ends the program if one is wrong. */
pa_trust_set *entries_compile(const vector_input *entry, size_t count);

/** The definition: is the address in one of the subnets, bit by bit? */
bool list_has(const list *subnets, const pa_address *address);

#endif
