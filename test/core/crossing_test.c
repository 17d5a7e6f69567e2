#include "check.h"
#include "proxy_addr.h"

#include <string.h>

#define SUITE "crossing"

static void check_cut_lengths(void) {
  static const uint32_t length[] = {9, 100, 3};
  const pa_unit *text = guard_end("10.0.0.1192.0.2.110.0.0.0/8", 27);
  const pa_entries list = {text + 8, 19, length, 3};
  static const uint32_t address_length[] = {8, 100, 1};
  const pa_entries chain = {text, 17, address_length, 3};
  pa_hop hop[3];
  check_start(SUITE, "Lengths that reach beyond the text are cut");
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
  check_start(SUITE, "A hop reports the name it matches");
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
  check_start(SUITE, "The first invalid entry of a list is reported");
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
  check_start(SUITE, "The place of the client crosses as one number");
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
  check_start(SUITE, "The names are written up to the size of the buffer");
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
