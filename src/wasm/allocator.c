/*
 * allocator: malloc(), realloc() and free() for WebAssembly, where there is no
 * C library. Sets come and go as long as a process lives, so a freed block is
 * merged with its neighbours and used again.
 *
 * The heap is one row of blocks from the end of the static data to the end of
 * memory, which only ever grows. A block begins with its own size and that of
 * the block before it, so both neighbours are found directly:
 *
 *   | size, used | before |     content      | size, used | before | ...
 *                         ^ what malloc() returns
 *
 * Free blocks are in lists by size, four lists for each power of two:
 *
 *   list    0  1  2  3   4  5  6  7    8   9 ...
 *   from   16 20 24 28  32 40 48 56   64  80 ...
 *
 * Every block of a list above that of the requested size is large enough, so
 * none of those lists has to be searched.
 *
 * There is no recursion, and no call after something has changed: an overflow
 * of JavaScript's stack, which ends a call on entry, changes nothing.
 */
#include <stdbool.h>
#include <stdint.h>

#include "stdlib.h"
#include "string.h"

#define PAGE 65536U
#define ALIGNMENT 8U
#define LISTS 112U
/* The lists begin with blocks of this size, the smallest ones. */
#define SMALLEST 16U
#define SMALLEST_LOG2 4U
/* No block is larger, so that sums do not wrap. */
#define LARGEST 0x7fff0000U
/* Up to this many blocks of the size's own list are tried. */
#define TRIES 8

#define INLINE static inline __attribute__((always_inline))

typedef struct block block;

struct block {
  /* Its lowest bit is set if the block is in use. */
  uint32_t size;
  /* The size of the block before this one; 0 for the first. */
  uint32_t before;
  /* Of a free block; the content of a used one begins here. */
  block *next;
  block *previous;
};

#define HEADER offsetof(block, next)

extern unsigned char __heap_base;

static block *list[LISTS];
static uint32_t heap_end;

INLINE uint32_t size_of(const block *one) {
  return one->size & ~1U;
}

INLINE bool is_used(const block *one) {
  return (one->size & 1U) != 0;
}

INLINE block *following(block *one) {
  return (block *)((unsigned char *)one + size_of(one));
}

INLINE unsigned list_of(uint32_t size) {
  unsigned log2 = 31U - (unsigned)__builtin_clz(size);
  return (log2 - SMALLEST_LOG2) * 4 + ((size >> (log2 - 2)) & 3U);
}

INLINE void put(block *one) {
  block **head = &list[list_of(one->size)];
  one->next = *head;
  one->previous = NULL;
  if (*head != NULL) (*head)->previous = one;
  *head = one;
}

INLINE void take(block *one) {
  if (one->previous != NULL)
    one->previous->next = one->next;
  else
    list[list_of(one->size)] = one->next;
  if (one->next != NULL) one->next->previous = one->previous;
}

/* Frees a block that is in no list, and merges it with its neighbours. */
INLINE void give_back(block *one, uint32_t size) {
  block *next = (block *)((unsigned char *)one + size);
  if (!is_used(next)) {
    take(next);
    size += next->size;
  }
  if (one->before != 0) {
    block *previous = (block *)((unsigned char *)one - one->before);
    if (!is_used(previous)) {
      take(previous);
      size += previous->size;
      one = previous;
    }
  }
  one->size = size;
  following(one)->before = size;
  put(one);
}

/*
 * Adds pages to the heap, at least as many as a block of `size` needs. At the
 * end of the heap is the header of an empty block that is always in use, which
 * becomes the header of the added block.
 */
INLINE bool grow(uint32_t size) {
  block *end = (block *)heap_end;
  if (end == NULL) {
    uint32_t base = ((uint32_t)&__heap_base + ALIGNMENT - 1) & ~(ALIGNMENT - 1);
    heap_end = __builtin_wasm_memory_size(0) * PAGE - HEADER;
    block *first = (block *)base;
    first->before = 0;
    end = (block *)heap_end;
    *(uint64_t *)end = 1;
    give_back(first, heap_end - base);
    if (first->size >= size) return true;
  }
  uint32_t pages = (size + PAGE - 1) / PAGE;
  if (__builtin_wasm_memory_grow(0, pages) == SIZE_MAX) return false;
  heap_end += pages * PAGE;
  *(uint64_t *)heap_end = 1;
  give_back(end, pages * PAGE);
  return true;
}

/* Returns a free block that is large enough, or NULL. */
INLINE block *find(uint32_t size) {
  unsigned place = list_of(size);
  block *one = list[place];
  for (int i = 0; one != NULL && i < TRIES; i++, one = one->next)
    if (one->size >= size) return one;
  for (place++; place < LISTS; place++)
    if (list[place] != NULL) return list[place];
  return NULL;
}

INLINE void *allocate(size_t requested) {
  if (requested > LARGEST) return NULL;
  uint32_t size = (requested + HEADER + ALIGNMENT - 1) & ~(ALIGNMENT - 1);
  if (size < SMALLEST) size = SMALLEST;
  block *one = find(size);
  if (one == NULL) {
    if (!grow(size)) return NULL;
    one = find(size);
    if (one == NULL) return NULL;
  }
  take(one);
  uint32_t rest = one->size - size;
  if (rest >= SMALLEST) {
    one->size = size;
    block *second = following(one);
    second->before = size;
    second->size = rest;
    following(second)->before = rest;
    put(second);
  }
  one->size |= 1U;
  return (unsigned char *)one + HEADER;
}

INLINE block *block_of(void *memory) {
  return (block *)((unsigned char *)memory - HEADER);
}

void free(void *memory) {
  if (memory != NULL) give_back(block_of(memory), size_of(block_of(memory)));
}

void *realloc(void *memory, size_t size) {
  unsigned char *grown = allocate(size);
  if (grown == NULL || memory == NULL) return grown;
  uint32_t held = size_of(block_of(memory)) - HEADER;
  __builtin_memcpy(grown, memory, held < size ? held : size);
  give_back(block_of(memory), size_of(block_of(memory)));
  return grown;
}

/* Changes nothing before the call; see the top of this file. */
void *malloc(size_t size) {
  return realloc(NULL, size);
}

void *memcpy(void *restrict to, const void *restrict from, size_t size) {
  /* One instruction, memory.copy. */
  return __builtin_memcpy(to, from, size);
}
