/*
 * guard: texts beside a page that cannot be read.
 *
 *   guard_end      | unreadable |  ......  text| unreadable |
 *   guard_start    | unreadable |text  ......  | unreadable |
 *
 * Whoever reads one byte too far, or one too early, crashes on the spot. No
 * sanitizer sees that in every case: vector instructions and bytes between two
 * objects escape it.
 */
#ifndef GUARD_H
#define GUARD_H

#include <stddef.h>
#include <stdint.h>

/** The longest text that can be placed. */
#define GUARD_CAPACITY ((size_t)1 << 21)

/** Maps the pages; the program ends if it cannot. */
void guard_prepare(void);

/** A copy whose last byte is the last readable one; until the next call. */
const uint8_t *guard_end(const void *text, size_t length);

/** A copy whose first byte is the first readable one; until the next call. */
const uint8_t *guard_start(const void *text, size_t length);

typedef const uint8_t *(*guard_place)(const void *text, size_t length);

/** Both places, for loops. */
extern const guard_place guard_places[2];

#endif
