/*
 * The first line of the input is the header, and the others are entries of the
 * trust list; invalid ones are skipped. The header is walked as
 * both kinds of chain, from a trusted peer.
 */
#include "check.h"
#include "fuzz.h"
#include "lists.h"
#include "strict/crossing.h"

#include <stdlib.h>

#define LINES 16
#define MOST_ENTRIES 20

static void add_entry(list *subnets, const input *entry) {
  pa_subnet subnet[PA_SUBNETS_PER_ENTRY];
  size_t count = 0;
  if (pa_subnet_parse(entry->text, entry->length, subnet, &count) != PA_OK)
    return;
  for (size_t i = 0; i < count; i++)
    list_add(subnets, subnet[i]);
}

/* The canonical address of a hop, parsed again. */
static pa_address address_of(const pa_unit *text, const pa_answer_hop *hop) {
  pa_unit canonical[PA_FORMAT_LONGEST];
  pa_node node = {.port = 0};
  for (uint32_t i = 0; i < hop->length; i++)
    canonical[i] = (pa_unit)hop->unit[i];
  bool valid = hop->length > 0
                   ? pa_node_parse(canonical, hop->length, 0, &node)
                   : pa_node_parse(text + hop->bare_start,
                                   hop->bare_end - hop->bare_start, 0, &node);
  CHECK(valid);
  return node.address;
}

/* Hops are trusted exactly up to the client, from right to left. */
static void check_hops(const pa_answer *answer, const input *header,
                       const list *subnets) {
  uint32_t left = (uint32_t)header->length;
  for (uint32_t i = 1; i < answer->hops; i++) {
    const pa_answer_hop *hop = &answer->hop[i];
    CHECK(hop->start < hop->end && hop->end <= left);
    left = hop->start;
    pa_address address = address_of(header->text, hop);
    CHECK(list_has(subnets, &address) == (i < answer->trusted));
  }
  bool has_client = answer->client != PA_NONE;
  CHECK(has_client == (answer->reason == PA_REASON_FORWARDED ||
                       answer->reason == PA_REASON_ALL_TRUSTED ||
                       answer->reason == PA_REASON_NO_HEADER));
  CHECK(!has_client || answer->client == answer->hops - 1);
  CHECK(answer->hops <= MOST_ENTRIES + 1);
}

/* The short answer agrees with the long one. */
static void check_quickly(const pa_policy *policy, const pa_request *request,
                          const pa_answer *answer) {
  const pa_answer_hop *hop =
      &answer->hop[answer->client == PA_NONE ? 0 : answer->client];
  bool is_plain = answer->reason == PA_REASON_FORWARDED && hop->length == 0;
  int64_t quick = pa_client_find(policy, request);
  CHECK((quick != -1) == is_plain);
  if (quick < 0) return;
  CHECK(quick / 64 == hop->bare_start);
  CHECK(quick % 64 == hop->bare_end - hop->bare_start);
}

static void check_chain(const pa_trust_set *set, const list *subnets,
                        const input *header, uint32_t kind) {
  const pa_policy policy = {.flags = PA_POLICY_CHAIN | PA_POLICY_TRUST | kind,
                            .hops = PA_NONE,
                            .lists = 1,
                            .most_entries = MOST_ENTRIES,
                            .trust = {set}};
  const pa_request request = {.kind = PA_PEER_TRUSTED,
                              .header = header->text,
                              .header_length = header->length,
                              .in_full = true,
                              .refused = PA_NONE};
  pa_answer *answer = malloc(pa_crossing_words(MOST_ENTRIES) * 4);
  if (answer == NULL) abort();
  pa_walk walk = {.policy = &policy, .request = &request, .answer = answer};
  pa_walk_chain(&walk);
  check_hops(answer, header, subnets);
  check_quickly(&policy, &request, answer);
  free(answer);
}

void fuzz_strict(const uint8_t *data, size_t size) {
  input line[LINES] = {{NULL, 0}};
  list subnets = {0};
  size_t count = input_read_lines(data, size, line, LINES);
  for (size_t i = 1; i < count; i++)
    add_entry(&subnets, &line[i]);
  pa_trust_set *set = list_compile(&subnets);
  check_chain(set, &subnets, &line[0], 0);
  check_chain(set, &subnets, &line[0], PA_POLICY_FORWARDED);
  pa_trust_set_free(set);
  list_dispose(&subnets);
  input_free(line, count);
}
