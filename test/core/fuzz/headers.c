/*
 * The targets hops and resolve compare the core's reading of a header with a
 * model that is slow and obviously right. strict checks the strict walk of a
 * header, read as both kinds of chain, from a trusted peer.
 *
 * For resolve, the lines of the input are the peer, the header, and the entries
 * of the trust list; for strict, the header and those entries. Invalid entries
 * are skipped.
 */
#include "check.h"
#include "fuzz.h"
#include "lists.h"
#include "resolve.h"
#include "strict/crossing.h"

#include <stdlib.h>

#define LINES 64
#define TAILS 64
#define MOST_ENTRIES 20

static bool is_blank(const pa_unit *text, pa_slice piece) {
  for (size_t i = piece.start; i < piece.end; i++) {
    if (text[i] != ' ') return false;
  }
  return true;
}

/**
 * Lists the entries of a header from left to right.
 *
 * @param out  receives the entries; holds `length` of them
 * @return the number of entries
 */
static size_t model_split(const pa_unit *text, size_t length, pa_slice *out) {
  size_t count = 0, start = 0;
  for (size_t end = 0; end <= length; end++) {
    if (end < length && text[end] != ',') continue;
    pa_slice piece = {start, end};
    start = end + 1;
    if (is_blank(text, piece)) continue;
    while (text[piece.start] == ' ')
      piece.start++;
    while (text[piece.end - 1] == ' ')
      piece.end--;
    out[count++] = piece;
  }
  return count;
}

/** Returns whether the text is an address in one of the subnets. */
static bool model_trusts(const list *subnets, const pa_unit *text,
                         size_t length) {
  pa_address address;
  return pa_address_parse_full(text, length, &address) &&
         list_has(subnets, &address);
}

/** Finds the client by definition; `reached_start` stays false. */
static pa_client model_resolve(const list *subnets, const pa_unit *text,
                               size_t length) {
  pa_slice entry[INPUT_LONGEST];
  size_t count = model_split(text, length, entry);
  if (count == 0) return (pa_client){.is_peer = true};
  size_t at = count - 1;
  while (at > 0 && model_trusts(subnets, text + entry[at].start,
                                entry[at].end - entry[at].start))
    at--;
  return (pa_client){.entry = entry[at]};
}

void fuzz_hops(const uint8_t *data, size_t size) {
  pa_slice expected[INPUT_LONGEST];
  input header = input_read(data, size);
  size_t left = model_split(header.text, header.length, expected);
  pa_hops hops = pa_hops_begin(header.text, header.length);
  pa_slice got = {7, 6};
  while (left > 0) {
    left--;
    CHECK(pa_hops_next(&hops, &got));
    CHECK(got.start == expected[left].start && got.end == expected[left].end);
    CHECK(hops.rest <= got.start);
  }
  got = (pa_slice){7, 6};
  CHECK(!pa_hops_next(&hops, &got) && !pa_hops_next(&hops, &got));
  CHECK(got.start == 7 && got.end == 6);
  input_free(&header, 1);
}

static bool is_same(pa_client got, pa_client expected, size_t cut) {
  if (got.is_peer || expected.is_peer) return got.is_peer && expected.is_peer;
  return got.entry.start + cut == expected.entry.start &&
         got.entry.end + cut == expected.entry.end;
}

/** Checks that an entry is within the header, not empty, and trimmed. */
static void check_slice(const input *header, pa_slice entry) {
  bool inside = entry.start < entry.end && entry.end <= header->length;
  CHECK(inside);
  if (!inside) return;
  CHECK(header->text[entry.start] != ' ');
  CHECK(header->text[entry.end - 1] != ' ');
}

/** Checks that the header's tail alone yields the same client, or says that it
 * may not. */
static void check_tail(const pa_trust_set *set, const list *subnets,
                       const input *tail, size_t cut, pa_client whole) {
  pa_client got = pa_resolve(set, tail->text, tail->length);
  if (!got.is_peer) check_slice(tail, got.entry);
  CHECK(is_same(got, model_resolve(subnets, tail->text, tail->length), 0));
  CHECK(got.reached_start || is_same(got, whole, cut));
}

static void check_header(const pa_trust_set *set, const list *subnets,
                         const input *header) {
  size_t step = 1 + header->length / TAILS;
  pa_client whole = model_resolve(subnets, header->text, header->length);
  for (size_t cut = 0; cut <= header->length; cut += step) {
    size_t length = header->length - cut;
    input tail = input_copy(length > 0 ? header->text + cut : NULL, length);
    check_tail(set, subnets, &tail, cut, whole);
    input_free(&tail, 1);
  }
}

void fuzz_resolve(const uint8_t *data, size_t size) {
  input line[LINES] = {{NULL, 0}};
  list subnets = {0};
  size_t count = input_read_lines(data, size, line, LINES);
  const input *peer = &line[0], *header = &line[1];
  for (size_t i = 2; i < count; i++)
    list_add_entry(&subnets, line[i].text, line[i].length);
  pa_trust_set *set = list_compile(&subnets);
  CHECK(pa_is_trusted(set, peer->text, peer->length) ==
        model_trusts(&subnets, peer->text, peer->length));
  check_header(set, &subnets, header);
  pa_trust_set_free(set);
  list_dispose(&subnets);
  input_free(line, count);
}

/* Returns the canonical address of a hop, parsed again. */
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

/* Checks that hops are trusted exactly up to the client, from right to left. */
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

/* Checks that the short answer agrees with the long one. */
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
    list_add_entry(&subnets, line[i].text, line[i].length);
  pa_trust_set *set = list_compile(&subnets);
  check_chain(set, &subnets, &line[0], 0);
  check_chain(set, &subnets, &line[0], PA_POLICY_FORWARDED);
  pa_trust_set_free(set);
  list_dispose(&subnets);
  input_free(line, count);
}
