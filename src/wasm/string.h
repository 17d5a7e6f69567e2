/* string: the one function that the core and the compiler need. */
#ifndef PA_WASM_STRING_H
#define PA_WASM_STRING_H

#include <stddef.h>

void *memcpy(void *restrict to, const void *restrict from, size_t size);

#endif
