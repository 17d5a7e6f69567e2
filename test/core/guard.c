#define _DEFAULT_SOURCE
#define _DARWIN_C_SOURCE

#include "guard.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#ifndef MAP_ANONYMOUS
#define MAP_ANONYMOUS MAP_ANON
#endif

const guard_place guard_places[2] = {guard_end, guard_start};

#define ROOM_BYTES (GUARD_CAPACITY * sizeof(pa_unit))

static pa_unit *end_room, *start_room;

static pa_unit *map_room(void) {
  size_t page = (size_t)sysconf(_SC_PAGESIZE);
  char *map = mmap(NULL, ROOM_BYTES + 2 * page, PROT_NONE,
                   MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  int access = PROT_READ | PROT_WRITE;
  if (map == MAP_FAILED || mprotect(map + page, ROOM_BYTES, access) != 0) {
    perror("cannot map guarded pages");
    exit(1);
  }
  return (pa_unit *)(void *)(map + page);
}

void guard_prepare(void) {
  end_room = map_room();
  start_room = map_room();
}

static const pa_unit *place(pa_unit *at, const void *text, size_t length) {
  const unsigned char *bytes = text;
  for (size_t i = 0; i < length; i++)
    at[i] = bytes[i];
  return at;
}

const pa_unit *guard_end(const void *text, size_t length) {
  return place(end_room + GUARD_CAPACITY - length, text, length);
}

const pa_unit *guard_start(const void *text, size_t length) {
  return place(start_room, text, length);
}
