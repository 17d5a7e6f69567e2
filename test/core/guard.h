/*
 * guard: texts beside a page that cannot be read.
 *
 *   guard_end      | unreadable |  ......  text| unreadable |
 *   guard_start    | unreadable |text  ......  | unreadable |
 *
 * Whoever reads one unit too far, or one too early, crashes on the spot. No
 * sanitizer sees that in every case: vector instructions and bytes between two
 * objects escape it.
 *
 * Tests write their texts in bytes; each becomes the unit of the same value.
 */
#ifndef GUARD_H
#define GUARD_H

#include "address.h"

/** The longest text that can be placed, in units. */
#define GUARD_CAPACITY ((size_t)1 << 20)

/** Maps the pages; the program ends if it cannot. */
void guard_prepare(void);

/** A copy whose last unit is the last readable one; until the next call. */
const pa_unit *guard_end(const void *text, size_t length);

/** A copy whose first unit is the first readable one; until the next call. */
const pa_unit *guard_start(const void *text, size_t length);

typedef const pa_unit *(*guard_place)(const void *text, size_t length);

/** Both places, for loops. */
extern const guard_place guard_places[2];

#endif
