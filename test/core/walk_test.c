/*
 * Tests the strict walk: the chain, and the headers with one address. The rules
 * are those of docs/resolver.md; the tables have the cases.
 */
#include "check.h"
#include "lists.h"
#include "strict/crossing.h"

#include <stdlib.h>
#include <string.h>

#define SUITE "walk"
#define ENTRIES_MOST 20

/** A request from a table, and its texts. */
typedef struct {
  pa_policy policy;
  pa_request request;
  pa_unit *peer;
  /** the last `from` header that was read */
  const pa_unit *from;
  pa_answer *answer;
} scene;

static const char *const reasons[] = {
    "no-peer",       "direct",          "forwarded",
    "all-trusted",   "no-header",       "provider",
    "invalid-entry", "chain-too-short", "chain-too-long"};

static const struct {
  uint32_t bit;
  const char *name;
} anomalies[] = {
    {PA_ANOMALY_UNTRUSTED_PEER_WITH_HEADER, "untrusted-peer-with-header"},
    {PA_ANOMALY_TRUSTED_PEER_WITHOUT_HEADER, "trusted-peer-without-header"},
    {PA_ANOMALY_INVALID_ENTRY, "invalid-entry"},
    {PA_ANOMALY_CHAIN_TOO_SHORT, "chain-too-short"},
    {PA_ANOMALY_CHAIN_TOO_LONG, "chain-too-long"},
    {PA_ANOMALY_ALL_TRUSTED, "all-trusted"},
    {PA_ANOMALY_PROVIDER_HEADER_IGNORED, "provider-header-ignored"},
    {PA_ANOMALY_HEADERS_DISAGREE, "headers-disagree"}};

static bool is(const vector_input *input, const char *text) {
  return input->length == strlen(text) &&
         memcmp(input->text, text, input->length) == 0;
}

/* Returns whether the options, words in any order, include this one. */
static bool has(const vector *given, const char *words) {
  const vector_input *options = &given->input[0];
  size_t length = strlen(words);
  for (size_t i = 0; i + length <= options->length; i++) {
    if (memcmp(options->text + i, words, length) == 0) return true;
  }
  return false;
}

static void *taken(void *memory) {
  if (memory == NULL) abort();
  return memory;
}

static pa_answer *answer_new(void) {
  return taken(malloc(pa_crossing_words(ENTRIES_MOST) * sizeof(uint32_t)));
}

/* Adds a list: an entry, "unix", "ask", or "-" for an empty one. */
static const pa_trust_set *read_list(const vector_input *input,
                                     uint32_t *unix_bit, uint32_t *ask_bit) {
  *unix_bit = is(input, "unix");
  *ask_bit = is(input, "ask");
  if (*unix_bit || *ask_bit || is(input, "-")) return NULL;
  return entries_compile(input, 1);
}

static void read_trust(const vector *given, pa_policy *out) {
  uint32_t ask = 0;
  out->lists = 1;
  out->most_entries = has(given, "two entries") ? 2 : ENTRIES_MOST;
  out->hops = has(given, "one hop") ? 1 : has(given, "two hops") ? 2 : PA_NONE;
  out->trust[0] = read_list(&given->input[3], &out->trust_unix, &ask);
  if (!has(given, "no chain")) out->flags |= PA_POLICY_CHAIN;
  if (has(given, "forwarded")) out->flags |= PA_POLICY_FORWARDED;
  if (!has(given, "alone")) out->flags |= PA_POLICY_TRUST;
  if (ask != 0) out->flags |= PA_POLICY_ASK;
}

static void read_from(const vector *given, scene *out) {
  for (size_t i = 4; i + 1 < given->inputs; i += 2) {
    uint32_t index = out->policy.from_count++, unix_bit, ask_bit;
    out->policy.from[index] = read_list(&given->input[i], &unix_bit, &ask_bit);
    out->policy.from_unix |= unix_bit << index;
    out->policy.from_ask |= ask_bit << index;
    if (!is(&given->input[i + 1], "-"))
      out->request.present |= (uint32_t)1 << index;
  }
}

static pa_peer kind_of(const vector *given) {
  if (has(given, "dead socket")) return PA_PEER_NONE;
  if (has(given, "unix socket")) return PA_PEER_UNIX;
  if (has(given, "known peer")) return PA_PEER_TRUSTED;
  return has(given, "given peer") ? PA_PEER_GIVEN : PA_PEER_SOCKET;
}

static void read_request(const vector *given, guard_place place, scene *out) {
  const vector_input *peer = &given->input[1], *header = &given->input[2];
  pa_request *request = &out->request;
  out->peer = taken(malloc(peer->length * sizeof(pa_unit) + 1));
  for (size_t i = 0; i < peer->length; i++)
    out->peer[i] = peer->text[i];
  request->peer = out->peer;
  request->peer_length = peer->length;
  request->kind = kind_of(given);
  request->header = place(header->text, header->length);
  request->header_length = header->length;
  request->in_full = has(given, "in full");
  request->granted = has(given, "hop 1 granted")   ? 2
                     : has(given, "hop 0 granted") ? 1
                                                   : 0;
  request->refused = has(given, "hop 0 refused")   ? 0
                     : has(given, "hop 1 refused") ? 1
                                                   : PA_NONE;
  request->from_granted = has(given, "list granted");
  request->from_refused = has(given, "list refused");
}

static void show_hop(const scene *given, uint32_t index, shown *out) {
  const pa_answer_hop *hop = &given->answer->hop[index];
  const pa_unit *text = given->request.header;
  if (index == 0) text = given->peer;
  if (index == given->answer->client && given->answer->header >= PA_HEADER_FROM)
    text = given->from;
  show(out, " ");
  show_quoted(out, text + hop->start, hop->end - hop->start);
  if (hop->length > 0) show(out, " as ");
  for (uint32_t i = 0; i < hop->length; i++)
    show(out, "%c", (int)hop->unit[i]);
  if (hop->zone_end > 0) {
    show(out, " zone ");
    show_quoted(out, text + hop->zone_start, hop->zone_end - hop->zone_start);
  }
  if (hop->port != PA_NONE) show(out, " port %d", (int)hop->port);
}

static void show_values(const scene *given, shown *out) {
  const pa_answer *answer = given->answer;
  const pa_unit *text = given->request.header;
  if (answer->proto_start != PA_NONE) {
    show(out, " proto ");
    show_quoted(out, text + answer->proto_start,
                answer->proto_end - answer->proto_start);
  }
  if (answer->host_start != PA_NONE) {
    show(out, " host ");
    show_quoted(out, text + answer->host_start,
                answer->host_end - answer->host_start);
  }
}

static void show_client(const scene *given, shown *out) {
  static const char *const headers[] = {"", " by chain", " by first",
                                        " by second"};
  const pa_answer *answer = given->answer;
  show(out, "%s", reasons[answer->reason]);
  if (answer->client != PA_NONE) {
    show_hop(given, answer->client, out);
    show(out, " hop %d%s", (int)answer->client, headers[answer->header]);
  }
  if (answer->wrong_end > 0) {
    show(out, " at ");
    show_quoted(out, given->request.header + answer->wrong_start,
                answer->wrong_end - answer->wrong_start);
  }
}

static void show_answer(const scene *given, shown *out) {
  const pa_answer *answer = given->answer;
  if (answer->ask == PA_ASK_FROM) {
    show(out, "asks for list %d", (int)answer->asked);
  } else if (answer->ask == PA_ASK_TRUST) {
    show(out, "asks for hop %d", (int)answer->asked);
    show_hop(given, answer->asked, out);
  } else {
    show_client(given, out);
  }
  show_values(given, out);
  show(out, " after %d", (int)answer->trusted);
  for (uint32_t i = 0; given->request.in_full && i < answer->trusted; i++)
    show_hop(given, i, out);
  for (size_t i = 0; i < sizeof anomalies / sizeof *anomalies; i++) {
    if ((answer->anomalies & anomalies[i].bit) != 0)
      show(out, ", %s", anomalies[i].name);
  }
}

static void walk_all(const vector *given, guard_place place, scene *out) {
  guard_place other = place == guard_end ? guard_start : guard_end;
  pa_walk walk = {
      .policy = &out->policy, .request = &out->request, .answer = out->answer};
  pa_walk_chain(&walk);
  for (;;) {
    uint32_t index = pa_walk_next_from(&walk);
    if (index == PA_NONE) break;
    const vector_input *header = &given->input[5 + 2 * index];
    out->from = other(header->text, header->length);
    pa_walk_read_from(&walk, out->from, header->length);
  }
}

/*
 * The inputs are the options, the peer, the chain, and a trust list; then come
 * pairs of a `from` list and its header, "-" if the header is missing.
 */
static void answer_walk(const vector *given, guard_place place, shown *out) {
  scene it = {.answer = answer_new()};
  read_trust(given, &it.policy);
  read_from(given, &it);
  read_request(given, place, &it);
  walk_all(given, place, &it);
  show_answer(&it, out);
  free(it.answer);
  free(it.peer);
  pa_policy_dispose(&it.policy);
}

/* Trusts 10.0.0.0/8; `peer` may be NULL. */
static int64_t find_client(pa_peer kind, const char *peer, const char *header,
                           uint32_t flags) {
  const vector_input entry = {(const uint8_t *)"10.0.0.0/8", 10};
  pa_policy policy = {.flags = PA_POLICY_CHAIN | PA_POLICY_TRUST | flags,
                      .hops = PA_NONE,
                      .lists = 1,
                      .most_entries = 2 * ENTRIES_MOST};
  pa_request request = {.kind = kind, .refused = PA_NONE};
  policy.trust[0] = entries_compile(&entry, 1);
  if (peer != NULL) request.peer_length = strlen(peer);
  request.peer = guard_start(peer, request.peer_length);
  request.header_length = strlen(header);
  request.header = guard_end(header, request.header_length);
  int64_t found = pa_client_find(&policy, &request);
  /* If the client is the leftmost of several entries, all were read. */
  policy.most_entries = 1;
  if (strchr(header, ',') != NULL && found >= 0 && found < 64)
    CHECK(pa_client_find(&policy, &request) == -1);
  pa_policy_dispose(&policy);
  return found;
}

/* The same for a peer that is known to be trusted. */
static int64_t walk_quickly(pa_peer kind, const char *header, uint32_t flags) {
  return find_client(kind, NULL, header, flags);
}

static void check_quick_peers(void) {
  check_start(SUITE, "A short answer is given for a peer that is trusted");
  CHECK(find_client(PA_PEER_SOCKET, "10.0.0.1", "1.2.3.4", 0) == 7);
  CHECK(find_client(PA_PEER_SOCKET, "::ffff:10.0.0.1", "1.2.3.4", 0) == 7);
  CHECK(find_client(PA_PEER_SOCKET, "192.0.2.1", "1.2.3.4", 0) == -1);
  CHECK(find_client(PA_PEER_SOCKET, "10.0.0.1:80", "1.2.3.4", 0) == -1);
  CHECK(find_client(PA_PEER_GIVEN, "10.0.0.1", "1.2.3.4", 0) == -1);
}

/* A longer chain is left to pa_walk_chain(), and so not walked twice. */
static void check_long_chain(void) {
  static const char proxy[] = ", 10.0.0.2";
  char header[256] = "1.2.3.4";
  check_start(SUITE, "A short answer is given for twenty entries at most");
  for (int i = 0; i < ENTRIES_MOST - 1; i++)
    memcpy(header + 7 + i * 10, proxy, sizeof proxy);
  CHECK(walk_quickly(PA_PEER_TRUSTED, header, 0) == 7);
  memcpy(header + 7 + (ENTRIES_MOST - 1) * 10, proxy, sizeof proxy);
  CHECK(walk_quickly(PA_PEER_TRUSTED, header, 0) == -1);
}

static void check_quick_answers(void) {
  const uint32_t forwarded = PA_POLICY_FORWARDED;
  check_start(
      SUITE,
      "One number says where the client is, if that is the whole answer");
  CHECK(walk_quickly(PA_PEER_TRUSTED, "5.6.7.8, 1.2.3.4", 0) == 9 * 64 + 7);
  CHECK(walk_quickly(PA_PEER_TRUSTED, "[2001:db8::1]:80, 10.0.0.2", 0) ==
        1 * 64 + 11);
  CHECK(walk_quickly(PA_PEER_TRUSTED, "::ffff:1.2.3.4", 0) == 7 * 64 + 7);
  CHECK(walk_quickly(PA_PEER_TRUSTED, "for=\"1.2.3.4:80\"", forwarded) ==
        5 * 64 + 7);
  check_start(SUITE, "One number is not enough for a client that is not "
                     "canonical, or an anomaly");
  CHECK(walk_quickly(PA_PEER_TRUSTED, "2001:DB8::1", 0) == -1);
  CHECK(walk_quickly(PA_PEER_TRUSTED, "for=\"1.2\\.3.4\"", forwarded) == -1);
  CHECK(walk_quickly(PA_PEER_TRUSTED, "10.0.0.2", 0) == -1);
  CHECK(walk_quickly(PA_PEER_TRUSTED, "unknown", 0) == -1);
  CHECK(walk_quickly(PA_PEER_TRUSTED, "1.2.3.4", PA_POLICY_ASK) == -1);
  CHECK(walk_quickly(PA_PEER_NONE, "1.2.3.4", 0) == -1);
}

static void check_request_numbers(void) {
  static const uint32_t words[PA_REQUEST_WORDS] = {
      [PA_REQUEST_KIND] = PA_PEER_GIVEN, [PA_REQUEST_IN_FULL] = 1,
      [PA_REQUEST_GRANTED] = 2,          [PA_REQUEST_REFUSED] = 3,
      [PA_REQUEST_PRESENT] = 4,          [PA_REQUEST_FROM_GRANTED] = 5,
      [PA_REQUEST_FROM_REFUSED] = 6};
  const pa_request request = pa_request_read(words);
  check_start(SUITE, "A request is read from its numbers, without texts");
  CHECK(request.kind == PA_PEER_GIVEN && request.in_full);
  CHECK(request.granted == 2 && request.refused == 3 && request.present == 4);
  CHECK(request.from_granted == 5 && request.from_refused == 6);
  CHECK(request.peer_length == 0 && request.header_length == 0);
}

void test_walk(void) {
  vectors_run("walk", "walk", answer_walk);
  check_quick_answers();
  check_quick_peers();
  check_long_chain();
  check_request_numbers();
}
