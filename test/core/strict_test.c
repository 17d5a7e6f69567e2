/* Tests strict addresses, RFC 7239's elements, and policies. */
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
  if (values.node.present &&
      pa_forwarded_node(text + values.node.at.start,
                        values.node.at.end - values.node.at.start, &node))
    show_node(text, &node, out);
  else
    show(out, "nobody");
  show_value("proto", text, values.proto, out);
  show_value("host", text, values.host, out);
}

/* Lists all elements, the rightmost first. */
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

static pa_answer *answer_new(void) {
  pa_answer *answer =
      malloc(pa_crossing_words(ENTRIES_MOST) * sizeof(uint32_t));
  if (answer == NULL) abort();
  return answer;
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

/* One list or header more than is allowed, and a list with an invalid entry. */
static void check_counts(const pa_entries *list) {
  uint32_t config[PA_CONFIG_WORDS + PA_TRUST_LISTS + 1] = {0};
  pa_policy policy;
  config[PA_CONFIG_LISTS] = PA_TRUST_LISTS + 1;
  CHECK(pa_policy_compile(config, sizeof config / sizeof *config, list,
                          &policy) == PA_ERR_RANGE);
  config[PA_CONFIG_LISTS] = 0;
  config[PA_CONFIG_FROM_COUNT] = PA_FROM_HEADERS + 1;
  CHECK(pa_policy_compile(config, PA_CONFIG_WORDS + PA_FROM_HEADERS + 1, list,
                          &policy) == PA_ERR_RANGE);
  static const uint32_t length[] = {3, 1, 3};
  const pa_entries wrong = {guard_end("::1x::2", 7), 7, length, 3};
  config[PA_CONFIG_LISTS] = 2;
  config[PA_CONFIG_FROM_COUNT] = 1;
  config[PA_CONFIG_WORDS] = config[PA_CONFIG_WORDS + 1] = 1;
  config[PA_CONFIG_WORDS + 2] = 1;
  CHECK(pa_policy_compile(config, PA_CONFIG_WORDS + 3, &wrong, &policy) ==
        PA_ERR_ADDRESS);
}

static void check_policies(void) {
  const pa_unit text[] = {'1', '0', '.', '0', '.', '0', '.',
                          '0', '/', '8', ':', ':', '1'};
  const uint32_t length[] = {10, 3};
  const pa_entries list = {text, 13, length, 2};
  const uint32_t config[] = {PA_POLICY_TRUST, 1, 1, PA_NONE, 20, 0, 0, 0, 1, 1};
  const size_t words = sizeof config / sizeof *config;
  pa_policy policy;
  check_start(SUITE, "A policy reads its lists in order");
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
  check_counts(&list);
  const pa_entries one = {text, 13, length, 1};
  CHECK(pa_policy_compile(config, words, &one, &policy) == PA_ERR_RANGE);
}

static pa_verdict verdict_on(const pa_policy *policy, uint32_t hop,
                             const char *text) {
  size_t length = strlen(text);
  return pa_policy_judge_text(policy, hop, guard_end(text, length), length);
}

static void check_verdicts(void) {
  const vector_input near = {(const uint8_t *)"fe80::/10", 9};
  const vector_input far = {(const uint8_t *)"10.0.0.0/8", 10};
  pa_trust_set *first = entries_compile(&near, 1);
  pa_trust_set *second = entries_compile(&far, 1);
  pa_policy policy = {.flags = PA_POLICY_TRUST | PA_POLICY_PER_HOP,
                      .hops = PA_NONE,
                      .lists = 2,
                      .trust = {first, second}};
  check_start(
      SUITE, "With a list for each hop, no hop after the last list is trusted");
  CHECK(verdict_on(&policy, 0, "fe80::1") == PA_TRUSTED);
  CHECK(verdict_on(&policy, 0, "10.0.0.1") == PA_UNTRUSTED);
  CHECK(verdict_on(&policy, 1, "10.0.0.1") == PA_TRUSTED);
  CHECK(verdict_on(&policy, 1, "fe80::1") == PA_UNTRUSTED);
  CHECK(verdict_on(&policy, 2, "10.0.0.1") == PA_UNTRUSTED);
  check_start(SUITE,
              "Text is judged if it is an address, with a zone at hop 0");
  policy.trust[1] = first;
  CHECK(verdict_on(&policy, 0, "fe80::1%eth0") == PA_TRUSTED);
  CHECK(verdict_on(&policy, 1, "fe80::1") == PA_TRUSTED);
  CHECK(verdict_on(&policy, 1, "fe80::1%eth0") == PA_UNTRUSTED);
  CHECK(verdict_on(&policy, 0, "fe80::1:") == PA_UNTRUSTED);
  CHECK(verdict_on(&policy, 0, "") == PA_UNTRUSTED);
  policy.flags |= PA_POLICY_ASK;
  CHECK(verdict_on(&policy, 0, "::1") == PA_UNKNOWN);
  CHECK(verdict_on(&policy, 0, "localhost") == PA_UNTRUSTED);
  policy.lists = 0;
  CHECK(verdict_on(&policy, 0, "fe80::1") == PA_UNKNOWN);
  pa_trust_set_free(first);
  pa_trust_set_free(second);
}

static void check_wide_units(void) {
  static const char text[] = "for=1.2.3.4;x=\"?\"";
  const size_t length = sizeof text - 1;
  pa_unit *unit = malloc(length * sizeof *unit);
  pa_forwarded values;
  if (unit == NULL) abort();
  for (size_t i = 0; i < length; i++)
    unit[i] = (pa_unit)text[i];
  check_start(SUITE, "Units above U+00FF make an element void");
  unit[15] = 0xff;
  CHECK(pa_forwarded_parse(unit, (pa_slice){0, length}, &values));
  unit[15] = 0x100;
  CHECK(!pa_forwarded_parse(unit, (pa_slice){0, length}, &values));
  free(unit);
}

/* No parsed value ends with one; code that read on would leave the text. */
static void check_last_backslash(void) {
  static const char *const texts[] = {"1.2.3.4\\", "1.2.3.4:_p\\", "\\"};
  pa_node node;
  check_start(SUITE, "A backslash at the end of a value escapes nothing");
  for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
    size_t length = strlen(texts[i]);
    const pa_unit *text = guard_end(texts[i], length);
    CHECK(!pa_forwarded_node(text, length, &node));
  }
}

void test_strict(void) {
  vectors_run("strict", "node", answer_node);
  vectors_run("strict", "forwarded", answer_forwarded);
  check_canonical();
  check_policies();
  check_verdicts();
  check_wide_units();
  check_last_backslash();
}
