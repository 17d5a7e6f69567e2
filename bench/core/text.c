/*
 * Measures reading text: addresses, compared with inet_pton, and the steps from
 * entry to entry through X-Forwarded-For.
 */
#include "measure.h"

#include "hops.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>

/* Large enough for any address as text. */
#define TEXT_MAX 64

/* An address for both readers: with its length, and NUL-terminated. */
typedef struct {
  size_t length;
  pa_unit unit[TEXT_MAX];
  char text[TEXT_MAX];
} both_texts;

static unsigned group(void) {
  return (unsigned)bench_below(65536);
}

static unsigned octet(void) {
  return (unsigned)bench_below(256);
}

static int write_ipv4(char *text) {
  return snprintf(text, TEXT_MAX, "%u.%u.%u.%u", octet(), octet(), octet(),
                  octet());
}

static int write_mapped(char *text) {
  return snprintf(text, TEXT_MAX, "::ffff:%u.%u.%u.%u", octet(), octet(),
                  octet(), octet());
}

static int write_short_ipv6(char *text) {
  return snprintf(text, TEXT_MAX, "2a01:%x:%x::%x", group(), group(), group());
}

static int write_full_ipv6(char *text) {
  return snprintf(text, TEXT_MAX, "2a01:%x:%x:%x:%x:%x:%x:%x", group(), group(),
                  group(), group(), group(), group(), group());
}

/*
 * Octal, hexadecimal, single-number and zoned addresses, which few parsers
 * read.
 */
static int write_lenient(char *text) {
  switch (bench_below(4)) {
  case 0:
    return snprintf(text, TEXT_MAX, "0%o.0%o.%u.%u", octet(), octet(), octet(),
                    octet());
  case 1:
    return snprintf(text, TEXT_MAX, "0x%x.%u.%u.0x%x", octet(), octet(),
                    octet(), octet());
  case 2: return snprintf(text, TEXT_MAX, "%u", group() << 16 | group());
  default:
    return snprintf(text, TEXT_MAX, "fe80::%x:%x%%eth0", group(), group());
  }
}

static const struct {
  const char *name;
  int (*write)(char *text);
  int family;
} kinds[] = {{"ipv4", write_ipv4, AF_INET},
             {"mapped", write_mapped, AF_INET6},
             {"short-ipv6", write_short_ipv6, AF_INET6},
             {"full-ipv6", write_full_ipv6, AF_INET6},
             {"lenient", write_lenient, AF_INET6}};

static uint64_t pass_core(const void *inputs, uint64_t zero) {
  const both_texts *text = inputs;
  pa_address address = {0};
  uint64_t sum = 0;
  for (size_t i = 0; i < INPUTS; i++) {
    const both_texts *input = text + i + (sum & zero);
    pa_address_parse(input->unit, input->length, &address);
    sum += address.high ^ address.low;
  }
  return sum;
}

static uint64_t pass_v4(const void *inputs, uint64_t zero) {
  const both_texts *text = inputs;
  struct in_addr address = {0};
  uint64_t sum = 0;
  for (size_t i = 0; i < INPUTS; i++) {
    inet_pton(AF_INET, text[i + (sum & zero)].text, &address);
    sum += address.s_addr;
  }
  return sum;
}

static uint64_t pass_v6(const void *inputs, uint64_t zero) {
  const both_texts *text = inputs;
  uint64_t half[2] = {0}, sum = 0;
  for (size_t i = 0; i < INPUTS; i++) {
    inet_pton(AF_INET6, text[i + (sum & zero)].text, half);
    sum += half[0] ^ half[1];
  }
  return sum;
}

static uint64_t big_endian(const uint8_t *bytes, size_t count) {
  uint64_t value = 0;
  for (size_t i = 0; i < count; i++)
    value = value << 8 | bytes[i];
  return value;
}

/* Returns whether inet_pton agrees, given that the core turns mapped addresses
 * into IPv4. */
static bool agrees(const both_texts *input, int family) {
  static const uint8_t mapped[12] = {[10] = 0xff, [11] = 0xff};
  uint8_t bytes[16] = {0};
  pa_address address;
  if (!pa_address_parse(input->unit, input->length, &address))
    bench_fail("the core refuses an address");
  if (inet_pton(family, input->text, bytes) != 1) return false;
  if (family == AF_INET) return address.low == big_endian(bytes, 4);
  if (memcmp(bytes, mapped, sizeof mapped) == 0)
    return address.mapped && address.low == big_endian(bytes + 12, 4);
  return address.high == big_endian(bytes, 8) &&
         address.low == big_endian(bytes + 8, 8);
}

static size_t count_different(const both_texts *inputs, int family) {
  size_t different = 0;
  for (size_t i = 0; i < INPUTS; i++)
    different += !agrees(inputs + i, family);
  return different;
}

static both_texts *make_inputs(int (*write)(char *text)) {
  both_texts *inputs = bench_allocate(INPUTS, sizeof *inputs);
  for (size_t i = 0; i < INPUTS; i++) {
    inputs[i].length = (size_t)write(inputs[i].text);
    for (size_t at = 0; at < inputs[i].length; at++)
      inputs[i].unit[at] = (unsigned char)inputs[i].text[at];
  }
  return inputs;
}

void bench_parse(const char *name) {
  size_t kind = 0;
  while (strcmp(kinds[kind].name, name) != 0) {
    if (++kind == sizeof kinds / sizeof *kinds) bench_fail("unknown kind");
  }
  both_texts *inputs = make_inputs(kinds[kind].write);
  size_t different = count_different(inputs, kinds[kind].family);
  bench_runner runners[] = {{"core", pass_core, inputs, INPUTS},
                            {"inet_pton",
                             kinds[kind].family == AF_INET ? pass_v4 : pass_v6,
                             inputs, INPUTS}};
  bench_run(runners, different == 0 ? 2 : 1);
  if (different > 0)
    printf("inet_pton\tdifferent\t%zu\t%zu\n", different, INPUTS);
}

/* More than the longest entry and its separator. */
#define ENTRY_MAX 20

/* All headers in one text, with the same number of entries each. */
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
