/*
 * counted: the allocator the core gets in tests.
 *
 * The core is compiled with -Dmalloc=counted_malloc and so on, which works
 * with every compiler and linker. A chosen request fails, and what is not
 * given back is known.
 */
#ifndef COUNTED_H
#define COUNTED_H

#include <stdbool.h>
#include <stddef.h>

void *counted_malloc(size_t size);
void *counted_calloc(size_t count, size_t size);
void *counted_realloc(void *block, size_t size);
void counted_free(void *block);

/** Makes the n-th request from now on fail, 1 being the next; 0 for none. */
void counted_fail_at(size_t n);

/** Has the request that was to fail come? */
bool counted_has_failed(void);

/** How many blocks, and bytes in them, have not been given back. */
size_t counted_blocks(void);
size_t counted_bytes(void);

#endif
