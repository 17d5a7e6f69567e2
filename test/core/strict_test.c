/* Strict addresses, RFC 7239's elements, and the strict walk. */
#include "check.h"
#include "lists.h"
#include "strict/crossing.h"
#include "strict/forwarded.h"

#include <stdlib.h>
#include <string.h>

#define SUITE "strict"
#define ENTRIES_MOST 20

static bool has_word(const vector_input *input, const char *word) {
  size_t length = strlen(word);
  for (size_t i = 0; i + length <= input->length; i++) {
    if (memcmp(input->text + i, word, length) == 0) return true;
  }
  return false;
}

static void show_node(const pa_unit *text, const pa_node *node, shown *out) {
  pa_unit canonical[PA_FORMAT_LONGEST];
  size_t length = pa_address_format(&node->address, canonical);
  for (size_t i = 0; i < length; i++)
    show(out, "%c", (int)canonical[i]);
  for (size_t i = node->zone.start; i < node->zone.end; i++)
    show(out, "%c", (int)text[i]);
  if (node->port != PA_NO_PORT) show(out, " port %d", (int)node->port);
}

/* The second input lists what may accompany an address. */
static void answer_node(const vector *given, guard_place place, shown *out) {
  unsigned allowed = 0;
  size_t length = given->input[0].length;
  const pa_unit *text = place(given->input[0].text, length);
  pa_node node;
  if (has_word(&given->input[1], "brackets")) allowed |= PA_NODE_BRACKETS;
  if (has_word(&given->input[1], "port")) allowed |= PA_NODE_PORT;
  if (has_word(&given->input[1], "zone")) allowed |= PA_NODE_ZONE;
  if (pa_node_parse(text, length, allowed, &node))
    show_node(text, &node, out);
  else
    show(out, "invalid");
}

static void show_value(const char *name, const pa_unit *text,
                       pa_forwarded_value value, shown *out) {
  if (!value.present) return;
  show(out, " %s ", name);
  show_quoted(out, text + value.at.start, value.at.end - value.at.start);
}

static void show_element(const pa_unit *text, pa_slice slice, shown *out) {
  pa_forwarded values;
  pa_node node;
  if (out->length > 0) show(out, ";");
  if (!pa_forwarded_parse(text, slice, &values)) {
    show(out, "void");
    return;
  }
  if (values.node.present && pa_forwarded_node(text, values.node.at, &node))
    show_node(text, &node, out);
  else
    show(out, "nobody");
  show_value("proto", text, values.proto, out);
  show_value("host", text, values.host, out);
}

/* All elements, the rightmost first. */
static void answer_forwarded(const vector *given, guard_place place,
                             shown *out) {
  size_t length = given->input[0].length;
  const pa_unit *text = place(given->input[0].text, length);
  pa_hops hops = pa_hops_begin(text, length);
  pa_slice slice;
  while (pa_forwarded_next(&hops, &slice))
    show_element(text, slice, out);
  if (out->length == 0) show(out, "nothing");
}

static const char *const reasons[] = {
    "no-peer",       "direct",          "forwarded",
    "all-trusted",   "no-header",       "provider",
    "invalid-entry", "chain-too-short", "chain-too-long"};

static pa_answer *answer_new(void) {
  pa_answer *answer =
      malloc(pa_crossing_words(ENTRIES_MOST) * sizeof(uint32_t));
  if (answer == NULL) abort();
  return answer;
}

static void show_answer(const pa_answer *answer, const pa_unit *header,
                        shown *out) {
  show(out, "%s", reasons[answer->reason]);
  if (answer->client == PA_NONE || answer->client == 0) return;
  const pa_answer_hop *hop = &answer->hop[answer->client];
  show(out, " ");
  show_quoted(out, header + hop->start, hop->end - hop->start);
  show(out, " hop %d", (int)answer->client);
}

/* The first input has the options, the second the peer, the third the header,
 * and the others the list. */
static void answer_walk(const vector *given, guard_place place, shown *out) {
  const vector_input *options = &given->input[0];
  pa_trust_set *set = entries_compile(given->input + 3, given->inputs - 3);
  pa_policy policy = {.flags = PA_POLICY_CHAIN | PA_POLICY_TRUST,
                      .hops = PA_NONE,
                      .lists = 1,
                      .most_entries = ENTRIES_MOST,
                      .trust = {set}};
  if (has_word(options, "forwarded")) policy.flags |= PA_POLICY_FORWARDED;
  if (has_word(options, "alone")) policy.flags &= ~(uint32_t)PA_POLICY_TRUST;
  if (has_word(options, "one hop")) policy.hops = 1;
  if (has_word(options, "two hops")) policy.hops = 2;
  if (has_word(options, "two entries")) policy.most_entries = 2;
  pa_unit peer[64];
  for (size_t i = 0; i < given->input[1].length; i++)
    peer[i] = given->input[1].text[i];
  size_t length = given->input[2].length;
  const pa_unit *header = place(given->input[2].text, length);
  pa_request request = {.kind = PA_PEER_SOCKET,
                        .peer = peer,
                        .peer_length = given->input[1].length,
                        .header = header,
                        .header_length = length,
                        .in_full = true,
                        .refused = PA_NONE};
  pa_answer *answer = answer_new();
  pa_walk walk = {.policy = &policy, .request = &request, .answer = answer};
  pa_walk_chain(&walk);
  CHECK(pa_walk_next_from(&walk) == PA_NONE);
  show_answer(answer, header, out);
  free(answer);
  pa_trust_set_free(set);
}

static void check_canonical(void) {
  static const char text[] = "2001:DB8:0:0::0001";
  pa_node node;
  pa_answer *answer = answer_new();
  const pa_unit *placed = guard_end(text, sizeof text - 1);
  check_start(SUITE, "Only addresses that are not canonical are written out");
  pa_answer_begin(answer);
  CHECK(pa_node_parse(placed, sizeof text - 1, 0, &node));
  pa_answer_add(answer, node.bare, &node);
  pa_answer_show(&answer->hop[0], placed, &node);
  CHECK(answer->hop[0].length == strlen("2001:db8::1"));
  placed = guard_end("2001:db8::1", 11);
  CHECK(pa_node_parse(placed, 11, 0, &node));
  pa_answer_add(answer, node.bare, &node);
  pa_answer_show(&answer->hop[1], placed, &node);
  CHECK(answer->hop[1].length == 0);
  free(answer);
}

static void check_policies(void) {
  const pa_unit text[] = {'1', '0', '.', '0', '.', '0', '.',
                          '0', '/', '8', ':', ':', '1'};
  const uint32_t length[] = {10, 3};
  const pa_entries list = {text, 13, length, 2};
  const uint32_t config[] = {PA_POLICY_TRUST, 1, 1, PA_NONE, 20, 0, 0, 0, 1, 1};
  const size_t words = sizeof config / sizeof *config;
  pa_policy policy;
  check_start(SUITE, "A policy takes its lists in order");
  CHECK(pa_policy_compile(config, words, &list, &policy) == PA_OK);
  CHECK(pa_policy_judge_text(&policy, 0, guard_end("10.1.2.3", 8), 8) ==
        PA_TRUSTED);
  CHECK(pa_policy_judge_text(&policy, 0, guard_end("::1", 3), 3) ==
        PA_UNTRUSTED);
  CHECK(pa_policy_size(&policy) > sizeof policy);
  pa_policy_dispose(&policy);
  check_start(SUITE, "Numbers that do not fit are refused");
  CHECK(pa_policy_compile(config, words - 1, &list, &policy) == PA_ERR_RANGE);
  CHECK(pa_policy_compile(config, 2, &list, &policy) == PA_ERR_RANGE);
  const pa_entries one = {text, 13, length, 1};
  CHECK(pa_policy_compile(config, words, &one, &policy) == PA_ERR_RANGE);
}

void test_strict(void) {
  vectors_run("node", answer_node);
  vectors_run("forwarded", answer_forwarded);
  vectors_run("walk", answer_walk);
  check_canonical();
  check_policies();
}
