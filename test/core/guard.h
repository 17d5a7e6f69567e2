/*
 * guard: texts next to an unreadable page.
 *
 *   guard_end      | unreadable |  ......  text| unreadable |
 *   guard_start    | unreadable |text  ......  | unreadable |
 *
 * A read one unit too far, or one too early, crashes at once. No sanitizer
 * reports every such read: it misses vector instructions and bytes between two
 * objects.
 *
 * Tests write texts in bytes; each byte becomes the unit of the same value.
 */
#ifndef GUARD_H
#define GUARD_H

#include "address.h"

/** The maximal length of a text, in units. */
#define GUARD_CAPACITY ((size_t)1 << 20)

/** Maps the pages; ends the program if it cannot. */
void guard_prepare(void);

/** A copy whose last unit is the last readable one; valid until the next call.
 */
const pa_unit *guard_end(const void *text, size_t length);

/** A copy whose first unit is the first readable one; valid until the next
 * call. */
const pa_unit *guard_start(const void *text, size_t length);

typedef const pa_unit *(*guard_place)(const void *text, size_t length);

/** Both places, for loops. */
extern const guard_place guard_places[2];

#endif
