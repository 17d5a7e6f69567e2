/* From entry to entry through X-Forwarded-For. */
#include "measure.h"
#include "rows.h"

#include "hops.h"

#include <stdio.h>

/* An entry with its separator, and some room. */
#define ENTRY_MAX 20

/* All headers in one text, each of the same number of entries. */
typedef struct {
  pa_unit *text;
  size_t *start;
  size_t headers;
} header_list;

/* Returns the end of the text. */
static pa_unit *write_entry(pa_unit *text, const char *separator) {
  char entry[ENTRY_MAX];
  sprintf(entry, "%s%u.%u.%u.%u", separator, (unsigned)bench_below(256),
          (unsigned)bench_below(256), (unsigned)bench_below(256),
          (unsigned)bench_below(256));
  for (const char *at = entry; *at != 0; at++)
    *text++ = (unsigned char)*at;
  return text;
}

static uint64_t pass_hops(const void *inputs, uint64_t zero) {
  const header_list *list = inputs;
  uint64_t sum = 0;
  for (size_t i = 0; i < list->headers; i++) {
    const size_t *start = list->start + i + (sum & zero);
    pa_hops hops = pa_hops_begin(list->text + start[0], start[1] - start[0]);
    pa_slice slice = {0};
    while (pa_hops_next(&hops, &slice))
      sum += slice.end - slice.start + ((uint64_t)1 << 32);
  }
  return sum;
}

void bench_hops(size_t entries) {
  if (entries == 0 || entries > INPUTS) bench_fail("too few or many entries");
  header_list list = {.headers = INPUTS / entries};
  list.text = bench_allocate(INPUTS * ENTRY_MAX, sizeof *list.text);
  list.start = bench_allocate(list.headers + 1, sizeof *list.start);
  pa_unit *end = list.text;
  for (size_t i = 0; i < list.headers * entries; i++) {
    end = write_entry(end, i % entries == 0 ? "" : ", ");
    list.start[i / entries + 1] = (size_t)(end - list.text);
  }
  size_t answers = list.headers * entries;
  if (pass_hops(&list, 0) >> 32 != answers) bench_fail("entries are missing");
  bench_run(&(bench_runner){"core", pass_hops, &list, answers}, 1);
}
