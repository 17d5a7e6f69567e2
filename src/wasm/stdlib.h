/* stdlib: what the core needs of a C library; see allocator.c. */
#ifndef PA_WASM_STDLIB_H
#define PA_WASM_STDLIB_H

#include <stddef.h>

void *malloc(size_t size);
void *realloc(void *memory, size_t size);
void free(void *memory);

#endif
