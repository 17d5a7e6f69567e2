/* A header and a trust list -> the client; and what crosses to JavaScript. */
#include "check.h"
#include "lists.h"
#include "proxy_addr.h"

#include <string.h>

#define SUITE "resolve"

static void answer_trusted(const vector *given, guard_place place, shown *out) {
  pa_trust_set *set = entries_compile(given->input + 1, given->inputs - 1);
  size_t length = given->input[0].length;
  const pa_unit *text = place(given->input[0].text, length);
  show(out, pa_is_trusted(set, text, length) ? "trusted" : "not trusted");
  pa_trust_set_free(set);
}

static void answer_resolve(const vector *given, guard_place place, shown *out) {
  pa_trust_set *set = entries_compile(given->input + 1, given->inputs - 1);
  size_t length = given->input[0].length;
  const pa_unit *text = place(given->input[0].text, length);
  pa_client found = pa_resolve(set, text, length);
  if (found.is_peer) {
    show(out, "the peer");
  } else {
    size_t start = found.entry.start;
    show_quoted(out, text + start, found.entry.end - start);
  }
  pa_trust_set_free(set);
}

static pa_trust_set *compile_one(const char *entry) {
  vector_input input = {(const uint8_t *)entry, strlen(entry)};
  return entries_compile(&input, 1);
}

static void check_missing_text(void) {
  pa_trust_set *set = compile_one("::ffff:0:0/96");
  check_start(SUITE, "The empty text may be a null pointer");
  CHECK(!pa_is_trusted(set, NULL, 0));
  pa_client found = pa_resolve(set, NULL, 0);
  CHECK(found.is_peer);
  CHECK(found.reached_start);
  pa_trust_set_free(set);
}

/** The walk by definition: lists all entries, then tests one by one. */
static pa_client slow_resolve(const pa_trust_set *set, const pa_unit *text,
                              size_t length) {
  pa_slice entry[64];
  size_t count = 0, at = 0;
  pa_hops hops = pa_hops_begin(text, length);
  while (count < 64 && pa_hops_next(&hops, &entry[count]))
    count++;
  if (count == 0) return (pa_client){.is_peer = true};
  while (at + 1 < count && pa_is_trusted(set, text + entry[at].start,
                                         entry[at].end - entry[at].start))
    at++;
  return (pa_client){.entry = entry[at]};
}

static bool is_same_client(pa_client a, pa_client b, size_t moved) {
  if (a.is_peer || b.is_peer) return a.is_peer && b.is_peer;
  return a.entry.start + moved == b.entry.start &&
         a.entry.end + moved == b.entry.end;
}

static size_t write_header(prng *random, uint8_t *out) {
  static const char *const pieces[] = {"10.0.0.1",
                                       "10.9.9.9",
                                       "::1",
                                       "::ffff:10.0.0.1",
                                       "1.2.3.4",
                                       "10.0.0.1",
                                       "::ffff:127.0.0.1",
                                       "junk",
                                       " ",
                                       "  ",
                                       ",",
                                       "10.0.0.1:80",
                                       "\x80\t",
                                       "0x7f000001",
                                       "127.0.0.1"};
  size_t length = 0;
  for (size_t count = prng_below(random, 8); count > 0; count--) {
    const char *piece = pieces[prng_below(random, 15)];
    memcpy(out + length, piece, strlen(piece));
    length += strlen(piece);
    if (count > 1 && prng_below(random, 12) > 0) out[length++] = ',';
    if (prng_below(random, 3) == 0) out[length++] = ' ';
  }
  return length;
}

/**
 * Resolves every tail of the header. A tail's answer must be the header's,
 * unless the walk reached the left end. A walk that stopped before the tail's
 * leftmost entry did not reach it.
 */
static void check_tails(const pa_trust_set *set, const uint8_t *text,
                        size_t length) {
  pa_client whole = slow_resolve(set, guard_start(text, length), length);
  for (size_t cut = 0; cut <= length; cut++) {
    const pa_unit *tail = guard_end(text + cut, length - cut);
    check_input(text + cut, length - cut);
    pa_client got = pa_resolve(set, tail, length - cut);
    pa_client expected = slow_resolve(set, tail, length - cut);
    CHECK(is_same_client(got, expected, 0));
    CHECK(got.reached_start || is_same_client(got, whole, cut));
    if (got.reached_start) {
      pa_hops rest = {tail, got.is_peer ? 0 : got.entry.start};
      pa_slice entry;
      while (rest.rest > 0 && tail[rest.rest - 1] != ',')
        rest.rest--;
      CHECK(!pa_hops_next(&rest, &entry));
    }
  }
}

static void check_random_headers(void) {
  prng random = prng_for(4);
  list subnets = {0};
  list_add(&subnets, (pa_subnet){0, UINT64_C(10) << 24, PA_IPV4, 8});
  list_add(&subnets, (pa_subnet){0, UINT64_C(127) << 24, PA_IPV4, 8});
  list_add(&subnets, (pa_subnet){0, 1, PA_IPV6, 128});
  pa_trust_set *set = list_compile(&subnets);
  check_start(SUITE,
              "A tail's answer holds unless the walk reached the tail's start");
  for (int round = 0; round < (check_slowly ? 500 : 20000); round++) {
    uint8_t text[256];
    check_tails(set, text, write_header(&random, text));
  }
  pa_trust_set_free(set);
  list_dispose(&subnets);
}

static void check_laziness(void) {
  static const char text[] = "10.0.0.3,1.2.3.4,10.0.0.1";
  pa_trust_set *set = compile_one("10.0.0.0/8");
  check_start(SUITE, "Nothing is read to the left of the client's comma");
  const pa_unit *placed = guard_start(text + 8, sizeof text - 1 - 8);
  check_input(text + 8, sizeof text - 1 - 8);
  pa_client found = pa_resolve(set, placed - 8, sizeof text - 1);
  CHECK(!found.is_peer && !found.reached_start);
  CHECK(found.entry.start == 9 && found.entry.end == 16);
  pa_trust_set_free(set);
}

static void check_reached_start(void) {
  pa_trust_set *set = compile_one("10.0.0.0/8");
  check_start(SUITE, "A cut entry is distinguished from a whole one");
  const char *cut = "1.2.3.4, 10.0.0.1", *whole = ", 1.2.3.4, 10.0.0.1";
  pa_client found = pa_resolve(set, guard_end(cut, strlen(cut)), strlen(cut));
  CHECK(!found.is_peer && found.reached_start);
  CHECK(found.entry.start == 0 && found.entry.end == 7);
  found = pa_resolve(set, guard_end(whole, strlen(whole)), strlen(whole));
  CHECK(!found.is_peer);
  CHECK(found.entry.start == 2 && found.entry.end == 9);
  pa_trust_set_free(set);
}

static void check_long_header(void) {
  static uint8_t text[1 << 20];
  pa_trust_set *set = compile_one("10.0.0.0/8");
  check_start(SUITE, "A header of a megabyte is walked to its left end");
  memset(text, ',', sizeof text);
  for (size_t i = 16; i + 16 < sizeof text; i += 16) {
    memcpy(text + i, "10.0.0.1", 8);
  }
  memcpy(text, "1.2.3.4", 7);
  pa_client found = pa_resolve(set, guard_end(text, sizeof text), sizeof text);
  CHECK(!found.is_peer && found.reached_start);
  CHECK(found.entry.start == 0 && found.entry.end == 7);
  pa_trust_set_free(set);
}

void test_resolve(void) {
  vectors_run("resolve", "trusted", answer_trusted);
  vectors_run(SUITE, SUITE, answer_resolve);
  check_missing_text();
  check_random_headers();
  check_reached_start();
  check_laziness();
  check_long_header();
}

static void check_cut_lengths(void) {
  static const uint32_t length[] = {9, 100, 3};
  const pa_unit *text = guard_end("10.0.0.1192.0.2.110.0.0.0/8", 27);
  const pa_entries list = {text + 8, 19, length, 3};
  static const uint32_t address_length[] = {8, 100, 1};
  const pa_entries chain = {text, 17, address_length, 3};
  pa_hop hop[3];
  check_start("crossing", "Lengths that reach beyond the text are cut");
  pa_chain_describe(&list, &chain, hop);
  CHECK(hop[0].entry == 2 && hop[0].subnet.length == 8 && hop[0].name == 0);
  CHECK(hop[1].entry == 1 && hop[1].subnet.length == 32);
  CHECK(hop[2].entry == 0 && hop[2].fault == PA_FAULT_EMPTY);
}

static bool has_name(const pa_hop *hop, const char *text) {
  return hop->name > 0 && strcmp(pa_names[hop->name - 1].text, text) == 0;
}

static void check_names_of_hops(void) {
  static const uint32_t length[] = {8, 8, 11};
  static const uint32_t address_length[] = {3, 7};
  const pa_unit *text = guard_end("10.0.0.1loopbackuniquelocal::1fd00::1", 37);
  const pa_entries list = {text, 27, length, 3};
  const pa_entries chain = {text + 27, 10, address_length, 2};
  pa_hop hop[2];
  check_start("crossing", "A hop reports the name it matches");
  pa_chain_describe(&list, &chain, hop);
  CHECK(hop[0].entry == 2 && has_name(&hop[0], "loopback"));
  CHECK(hop[1].entry == 3 && has_name(&hop[1], "uniquelocal"));
}

static void check_compiling(void) {
  static const uint32_t length[] = {8, 1, 7};
  static const uint32_t range_length[] = {8, 7};
  const pa_address address = {.low = 0x0a000001, .family = PA_IPV4};
  pa_entries list = {guard_end("10.0.0.1x::1/129", 16), 16, length, 3};
  pa_trust_set *set = NULL;
  size_t entry = 7;
  check_start("crossing", "The first invalid entry of a list is reported");
  CHECK(pa_compile(&list, &set, &entry) == PA_ERR_ADDRESS);
  CHECK(entry == 1 && set == NULL);
  CHECK(pa_error_pack(entry, PA_ERR_ADDRESS) == 5);
  list.text = guard_end("10.0.0.1::1/129", 15);
  list.text_length = 15;
  list.length = range_length;
  list.count = 2;
  CHECK(pa_compile(&list, &set, &entry) == PA_ERR_RANGE);
  CHECK(entry == 1 && set == NULL);
  CHECK(pa_error_pack(entry, PA_ERR_RANGE) == 6);
  list.count = 1;
  CHECK(pa_compile(&list, &set, &entry) == PA_OK);
  CHECK(pa_trust_set_has(set, &address));
  pa_trust_set_free(set);
}

static void check_packing(void) {
  pa_client client = {.entry = {3, 12}};
  check_start("crossing", "The place of the client crosses as one number");
  CHECK(pa_client_pack(&client) == 3 * 512 + 9);
  client.reached_start = true;
  CHECK(pa_client_pack(&client) == -1 - (3 * 512 + 9));
  client.entry.end = 3 + 511;
  CHECK(pa_client_pack(&client) == -1 - (3 * 512 + 511));
  client.entry.end = 4000;
  CHECK(pa_client_pack(&client) == -1 - (3 * 512 + 511));
  client.is_peer = true;
  CHECK(pa_client_pack(&client) == -1);
}

static void check_written_names(void) {
  static const char expected[] =
      "linklocal 169.254.0.0/16 fe80::/10\n"
      "loopback 127.0.0.1/8 ::1/128\n"
      "uniquelocal 10.0.0.0/8 172.16.0.0/12 192.168.0.0/16 fc00::/7\n";
  const size_t length = sizeof expected - 1;
  uint32_t text[256] = {0};
  check_start("crossing", "The names are written up to the size of the buffer");
  CHECK(pa_names_write(NULL, 0) == length);
  CHECK(pa_names_write(text, 8) == length);
  CHECK(text[7] == (uint32_t)expected[7] && text[8] == 0);
  CHECK(pa_names_write(text, 256) == length);
  for (size_t i = 0; i < length; i++)
    CHECK(text[i] == (uint32_t)expected[i]);
  CHECK(text[length] == 0);
}

void test_crossing(void) {
  check_cut_lengths();
  check_names_of_hops();
  check_compiling();
  check_packing();
  check_written_names();
}
