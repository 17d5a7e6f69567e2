#include "counted.h"

#include <stdio.h>
#include <stdlib.h>

#define BLOCKS_MOST 64

static struct {
  void *start;
  size_t size;
} block[BLOCKS_MOST];

static size_t until_failure;
static bool failed;

void counted_fail_at(size_t n) {
  until_failure = n;
  failed = false;
}

bool counted_has_failed(void) {
  return failed;
}

size_t counted_blocks(void) {
  size_t count = 0;
  for (size_t i = 0; i < BLOCKS_MOST; i++) {
    count += block[i].start != NULL;
  }
  return count;
}

size_t counted_bytes(void) {
  size_t bytes = 0;
  for (size_t i = 0; i < BLOCKS_MOST; i++) {
    if (block[i].start != NULL) bytes += block[i].size;
  }
  return bytes;
}

static bool has_to_fail(void) {
  if (until_failure == 0 || --until_failure > 0) return false;
  failed = true;
  return true;
}

/** The place of a block; of a free place for NULL. */
static size_t place_of(const void *start) {
  for (size_t i = 0; i < BLOCKS_MOST; i++) {
    if (block[i].start == start) return i;
  }
  fprintf(stderr, "no such block, or too many\n");
  abort();
}

static void *enter(size_t place, void *start, size_t size) {
  block[place].start = start;
  block[place].size = size;
  return start;
}

void *counted_malloc(size_t size) {
  if (has_to_fail()) return NULL;
  return enter(place_of(NULL), malloc(size), size);
}

void *counted_calloc(size_t count, size_t size) {
  if (has_to_fail()) return NULL;
  return enter(place_of(NULL), calloc(count, size), count * size);
}

void *counted_realloc(void *start, size_t size) {
  if (start == NULL) return counted_malloc(size);
  if (has_to_fail()) return NULL;
  size_t place = place_of(start);
  void *moved = realloc(start, size);
  return moved == NULL ? NULL : enter(place, moved, size);
}

void counted_free(void *start) {
  if (start == NULL) return;
  enter(place_of(start), NULL, 0);
  free(start);
}
