/* One entry of a trust list -> the subnets it stands for. */
#include "check.h"
#include "subnet.h"
#include "vectors.h"

#include <stdio.h>
#include <string.h>

#define SUITE "subnet"

typedef struct {
  pa_subnet subnet[PA_SUBNETS_PER_ENTRY];
  size_t count;
} results;

static void show_results(const results *all, shown *out) {
  if (all->count == 0) show(out, "nothing");
  for (size_t i = 0; i < all->count && i < PA_SUBNETS_PER_ENTRY; i++) {
    if (i > 0) show(out, " ");
    show_subnet(out, &all->subnet[i]);
  }
}

static void show_entry(const pa_unit *text, size_t length, shown *out) {
  results got, before;
  memset(&before, 0xa5, sizeof before);
  memcpy(&got, &before, sizeof before);
  switch (pa_subnet_parse(text, length, got.subnet, &got.count)) {
  case PA_OK: show_results(&got, out); return;
  case PA_ERR_ADDRESS: show(out, "invalid address"); break;
  case PA_ERR_RANGE: show(out, "invalid range"); break;
  default: show(out, "an unexpected error");
  }
  if (memcmp(&got, &before, sizeof before) != 0) show(out, ", but written");
}

static void answer(const vector *given, guard_place place, shown *out) {
  size_t length = given->input[0].length;
  show_entry(place(given->input[0].text, length), length, out);
}

static void check_entry(const char *text, const char *expected) {
  shown out = {.length = 0};
  size_t length = strlen(text);
  check_input(text, length);
  show_entry(guard_end(text, length), length, &out);
  check_same(expected, out.text, __FILE__, __LINE__);
}

static void check_missing_text(void) {
  shown out = {.length = 0};
  check_start(SUITE, "The empty entry may be a null pointer");
  show_entry(NULL, 0, &out);
  check_same("invalid address", out.text, __FILE__, __LINE__);
}

static void check_lengths(void) {
  check_start(SUITE, "Every length from 1 to 32 or 128 is read, and no other");
  for (int length = 0; length <= 1000; length++) {
    char text[40], expected[80];
    snprintf(text, sizeof text, "0.0.0.0/%d", length);
    snprintf(expected, sizeof expected, "%s", text);
    bool valid = length >= 1 && length <= 32;
    check_entry(text, valid ? expected : "invalid range");
    snprintf(text, sizeof text, "::/%d", length);
    snprintf(expected, sizeof expected, "0:0:0:0:0:0:0:0/%d", length);
    valid = length >= 1 && length <= 128;
    check_entry(text, valid ? expected : "invalid range");
  }
}

static void check_mapped_lengths(void) {
  check_start(SUITE, "Every mapped length from 96 to 128 is one of IPv4");
  for (int length = 1; length <= 128; length++) {
    char text[40], expected[40];
    snprintf(text, sizeof text, "::ffff:0:0/%d", length);
    snprintf(expected, sizeof expected, "0.0.0.0/%d", length - 96);
    check_entry(text, length >= 96 ? expected : "nothing");
  }
}

/** Checks "0.0.0.0/mask" in two notations. */
static void check_netmask(uint32_t mask, int length) {
  char text[40], expected[40];
  snprintf(expected, sizeof expected, "0.0.0.0/%d", length);
  if (length == 0) snprintf(expected, sizeof expected, "invalid range");
  snprintf(text, sizeof text, "0.0.0.0/%u.%u.%u.%u", (unsigned)(mask >> 24),
           (unsigned)(mask >> 16 & 255), (unsigned)(mask >> 8 & 255),
           (unsigned)(mask & 255));
  check_entry(text, expected);
  snprintf(text, sizeof text, "0.0.0.0/0x%x", (unsigned)mask);
  check_entry(text, expected);
}

/** Bit by bit, from the left: ones, then only zeros. */
static int slow_netmask_length(uint32_t mask) {
  int length = 0;
  while (length < 32 && (mask >> (31 - length) & 1) == 1)
    length++;
  for (int bit = length; bit < 32; bit++) {
    if ((mask >> (31 - bit) & 1) == 1) return 0;
  }
  return length;
}

static void check_netmasks(void) {
  prng random = prng_for(3);
  check_start(SUITE, "A netmask is ones and then zeros");
  for (int length = 0; length <= 32; length++) {
    uint32_t mask = (uint32_t)(UINT64_C(0xffffffff00000000) >> length);
    check_netmask(mask, length);
    for (int bit = 0; bit < 32; bit++) {
      uint32_t other = mask ^ (uint32_t)1 << bit;
      check_netmask(other, slow_netmask_length(other));
    }
  }
  for (int round = 0; round < 2000; round++) {
    uint32_t mask = (uint32_t)prng_next(&random);
    check_netmask(mask, slow_netmask_length(mask));
  }
}

void test_subnet(void) {
  vectors_run(SUITE, SUITE, answer);
  check_missing_text();
  check_lengths();
  check_mapped_lengths();
  check_netmasks();
}
