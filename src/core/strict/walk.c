/* walk: from hop to hop along the chain. */
#include "walk.h"

#include "forwarded.h"

/* As the policy has it, or as the caller was asked before. */
static pa_verdict judge(const pa_walk *walk, uint32_t hop,
                        const pa_address *address) {
  pa_verdict verdict = pa_policy_judge(walk->policy, hop, address);
  if (verdict != PA_UNKNOWN) return verdict;
  if (hop < walk->request->granted) return PA_TRUSTED;
  return hop == walk->request->refused ? PA_UNTRUSTED : PA_UNKNOWN;
}

static void grant(pa_walk *walk, const pa_address *address) {
  walk->answer->trusted++;
  walk->furthest_is_unix = address == NULL;
  if (address != NULL) walk->furthest = *address;
}

/* Adds the hop that was read last. */
static void add_last(pa_walk *walk, const pa_unit *text, pa_slice whole) {
  pa_answer *answer = walk->answer;
  walk->text = text;
  pa_answer_add(answer, whole, &walk->last);
  if (walk->request->in_full)
    pa_answer_show(&answer->hop[answer->hops - 1], text, &walk->last);
}

/* Only of the hop that matters, unless all were asked for. */
static void show_last(pa_walk *walk) {
  pa_answer_hop *hop = &walk->answer->hop[walk->answer->hops - 1];
  if (hop->family != 0 && !walk->request->in_full)
    pa_answer_show(hop, walk->text, &walk->last);
}

static void ask_for(pa_walk *walk, uint32_t hop) {
  walk->answer->ask = PA_ASK_TRUST;
  walk->answer->asked = hop;
  show_last(walk);
}

/* What a chain should be matters only where there is one. */
static void end_without(pa_walk *walk, pa_reason reason, uint32_t anomaly) {
  walk->answer->reason = reason;
  if ((walk->policy->flags & PA_POLICY_CHAIN) != 0)
    walk->answer->anomalies |= anomaly;
}

static void end_at(pa_walk *walk, uint32_t hop, pa_reason reason,
                   uint32_t anomaly) {
  end_without(walk, reason, anomaly);
  walk->answer->client = hop;
  walk->answer->header = hop > 0 ? PA_HEADER_CHAIN : PA_HEADER_NONE;
  show_last(walk);
}

/* Is the peer trusted, so that its header is to be read? */
static bool enter(pa_walk *walk, const pa_address *address) {
  walk->has_furthest = true;
  walk->furthest_is_unix = address == NULL;
  switch (judge(walk, 0, address)) {
  case PA_TRUSTED: grant(walk, address); return true;
  case PA_UNKNOWN: ask_for(walk, 0); return false;
  default: break;
  }
  if (address == NULL)
    end_without(walk, PA_REASON_NO_PEER, 0);
  else
    end_at(walk, 0, PA_REASON_DIRECT,
           walk->request->header_length > 0
               ? PA_ANOMALY_UNTRUSTED_PEER_WITH_HEADER
               : 0);
  return false;
}

static bool enter_by_text(pa_walk *walk) {
  const pa_request *request = walk->request;
  unsigned allowed = request->kind == PA_PEER_GIVEN
                         ? PA_NODE_ZONE | PA_NODE_BRACKETS | PA_NODE_PORT
                         : PA_NODE_ZONE;
  if (!pa_node_parse(request->peer, request->peer_length, allowed,
                     &walk->last)) {
    end_without(walk, PA_REASON_NO_PEER, 0);
    return false;
  }
  add_last(walk, request->peer, (pa_slice){0, request->peer_length});
  walk->furthest = walk->last.address;
  return enter(walk, &walk->last.address);
}

static bool walk_peer(pa_walk *walk) {
  switch (walk->request->kind) {
  case PA_PEER_SOCKET:
  case PA_PEER_GIVEN: return enter_by_text(walk);
  case PA_PEER_UNIX:
    pa_answer_add_nameless(walk->answer);
    return enter(walk, NULL);
  case PA_PEER_TRUSTED:
    pa_answer_add_nameless(walk->answer);
    walk->answer->trusted = 1;
    return true;
  default: end_without(walk, PA_REASON_NO_PEER, 0); return false;
  }
}

static bool next_listed(pa_hops *hops, pa_slice *out) {
  const pa_unit *text = hops->text;
  size_t end = hops->rest;
  /* Unit by unit: there is nothing to find among commas. */
  while (end > 0 && (text[end - 1] == ',' || pa_is_blank(text[end - 1])))
    end--;
  hops->rest = 0;
  if (end == 0) return false;
  size_t start = pa_hops_start(text, end);
  if (start > 0) hops->rest = start - 1;
  *out = pa_trim_blanks(text, (pa_slice){start, end});
  return true;
}

static bool read_listed(pa_walk *walk, pa_slice whole) {
  const pa_unit *text = walk->request->header + whole.start;
  pa_node *node = &walk->last;
  if (!pa_node_parse(text, whole.end - whole.start,
                     PA_NODE_BRACKETS | PA_NODE_PORT, node))
    return false;
  node->bare.start += whole.start;
  node->bare.end += whole.start;
  return true;
}

static void keep_values(pa_answer *answer, const pa_forwarded *values) {
  const pa_forwarded_value proto = values->proto, host = values->host;
  answer->proto_start = proto.present ? (uint32_t)proto.at.start : PA_NONE;
  answer->proto_end = proto.present ? (uint32_t)proto.at.end : PA_NONE;
  answer->host_start = host.present ? (uint32_t)host.at.start : PA_NONE;
  answer->host_end = host.present ? (uint32_t)host.at.end : PA_NONE;
}

/* On success, `whole` is the value of `for`. */
static bool read_element(pa_walk *walk, pa_slice *whole) {
  const pa_unit *text = walk->request->header;
  pa_forwarded values;
  if (!pa_forwarded_parse(text, *whole, &values) || !values.node.present)
    return false;
  *whole = values.node.at;
  keep_values(walk->answer, &values);
  return pa_forwarded_node(text, *whole, &walk->last);
}

static bool read_entry(pa_walk *walk, pa_slice whole) {
  bool forwarded = (walk->policy->flags & PA_POLICY_FORWARDED) != 0;
  if (forwarded ? read_element(walk, &whole) : read_listed(walk, whole)) {
    add_last(walk, walk->request->header, whole);
    return true;
  }
  walk->answer->wrong_start = (uint32_t)whole.start;
  walk->answer->wrong_end = (uint32_t)whole.end;
  end_without(walk, PA_REASON_INVALID_ENTRY, PA_ANOMALY_INVALID_ENTRY);
  return false;
}

/* Every hop is trusted, and there is none beyond the last. */
static void end_of_chain(pa_walk *walk, uint32_t last) {
  if ((walk->policy->flags & PA_POLICY_TRUST) == 0)
    end_without(walk, PA_REASON_CHAIN_TOO_SHORT, PA_ANOMALY_CHAIN_TOO_SHORT);
  else if (last > 0)
    end_at(walk, last, PA_REASON_ALL_TRUSTED, PA_ANOMALY_ALL_TRUSTED);
  else
    end_at(walk, 0, PA_REASON_NO_HEADER,
           PA_ANOMALY_TRUSTED_PEER_WITHOUT_HEADER);
}

/* Is the hop trusted, so that the walk goes on? */
static bool pass(pa_walk *walk, uint32_t hop) {
  switch (judge(walk, hop, &walk->last.address)) {
  case PA_TRUSTED: grant(walk, &walk->last.address); return true;
  case PA_UNKNOWN: ask_for(walk, hop); return false;
  default: end_at(walk, hop, PA_REASON_FORWARDED, 0); return false;
  }
}

static void walk_entries(pa_walk *walk) {
  const pa_request *request = walk->request;
  uint32_t flags = walk->policy->flags;
  bool forwarded = (flags & PA_POLICY_FORWARDED) != 0;
  size_t length = (flags & PA_POLICY_CHAIN) != 0 ? request->header_length : 0;
  pa_hops hops = pa_hops_begin(request->header, length);
  pa_slice whole;
  uint32_t hop = 0;
  while (forwarded ? pa_forwarded_next(&hops, &whole)
                   : next_listed(&hops, &whole)) {
    if (hop++ == walk->policy->most_entries) {
      end_without(walk, PA_REASON_CHAIN_TOO_LONG, PA_ANOMALY_CHAIN_TOO_LONG);
      return;
    }
    if (!read_entry(walk, whole) || !pass(walk, hop)) return;
  }
  end_of_chain(walk, hop);
}

void pa_walk_chain(pa_walk *walk) {
  pa_answer_begin(walk->answer);
  if (walk_peer(walk)) walk_entries(walk);
}
