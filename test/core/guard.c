#define _DEFAULT_SOURCE
#define _DARWIN_C_SOURCE

#include "guard.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#ifndef MAP_ANONYMOUS
#define MAP_ANONYMOUS MAP_ANON
#endif

const guard_place guard_places[2] = {guard_end, guard_start};

static uint8_t *end_room, *start_room;

static uint8_t *map_room(void) {
  size_t page = (size_t)sysconf(_SC_PAGESIZE);
  uint8_t *map = mmap(NULL, GUARD_CAPACITY + 2 * page, PROT_NONE,
                      MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  int access = PROT_READ | PROT_WRITE;
  if (map == MAP_FAILED || mprotect(map + page, GUARD_CAPACITY, access) != 0) {
    perror("cannot map guarded pages");
    exit(1);
  }
  return map + page;
}

void guard_prepare(void) {
  end_room = map_room();
  start_room = map_room();
}

static const uint8_t *place(uint8_t *at, const void *text, size_t length) {
  if (length > 0) memcpy(at, text, length);
  return at;
}

const uint8_t *guard_end(const void *text, size_t length) {
  return place(end_room + GUARD_CAPACITY - length, text, length);
}

const uint8_t *guard_start(const void *text, size_t length) {
  return place(start_room, text, length);
}
