/* walk: walks from hop to hop along the chain. */
#include "walk.h"

#include "forwarded.h"

/* Returns the verdict of the policy, or the caller's earlier reply. */
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
  walk->text = text;
  walk->whole = whole;
  walk->answer->hops++;
  if (walk->request->in_full) pa_walk_write_last(walk);
}

void pa_walk_write_last(const pa_walk *walk) {
  pa_answer *answer = walk->answer;
  /* A peer on a Unix socket has no text, and has been written already. */
  if (walk->text == NULL) return;
  answer->hops--;
  pa_answer_add(answer, walk->whole, &walk->last);
  pa_answer_show(&answer->hop[answer->hops - 1], walk->text, &walk->last);
}

/*
 * Unless all hops are requested, only the one that matters is written: writing
 * thousands takes longer than walking them.
 */
static void show_last(const pa_walk *walk) {
  if (!walk->request->in_full) pa_walk_write_last(walk);
}

static void ask_for(pa_walk *walk, uint32_t hop) {
  walk->answer->ask = PA_ASK_TRUST;
  walk->answer->asked = hop;
  show_last(walk);
}

/* The anomalies are about a chain, so without one they are not reported. */
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

/* Judges the peer; returns whether its header is to be read. */
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
  /* Unlike the drop-in, this skips tabs, too. */
  for (end = pa_hops_skip(text, end); end > 0 && text[end - 1] == '\t';)
    end = pa_hops_skip(text, end - 1);
  hops->rest = 0;
  if (end == 0) return false;
  size_t start = pa_hops_start(text, end);
  if (start > 0) hops->rest = start - 1;
  *out = pa_trim_blanks(text, (pa_slice){start, end});
  return true;
}

static void keep_values(pa_answer *answer, const pa_forwarded *values) {
  const pa_forwarded_value proto = values->proto, host = values->host;
  answer->proto_start = proto.present ? (uint32_t)proto.at.start : PA_NONE;
  answer->proto_end = proto.present ? (uint32_t)proto.at.end : PA_NONE;
  answer->host_start = host.present ? (uint32_t)host.at.start : PA_NONE;
  answer->host_end = host.present ? (uint32_t)host.at.end : PA_NONE;
}

static bool read_element(const pa_unit *text, pa_slice *whole,
                         pa_forwarded *values, pa_node *out) {
  if (!pa_forwarded_parse(text, *whole, values) || !values->node.present)
    return false;
  *whole = values->node.at;
  return pa_forwarded_node(text + whole->start, whole->end - whole->start, out);
}

static bool is_forwarded(const pa_policy *policy) {
  return (policy->flags & PA_POLICY_FORWARDED) != 0;
}

/* A cursor at the end of the chain header; empty if the policy has no chain. */
static pa_hops begin_chain(const pa_policy *policy, const pa_request *request) {
  bool has_chain = (policy->flags & PA_POLICY_CHAIN) != 0;
  return pa_hops_begin(request->header, has_chain ? request->header_length : 0);
}

static bool next_entry(const pa_policy *policy, pa_hops *hops, pa_slice *out) {
  return is_forwarded(policy) ? pa_forwarded_next(hops, out)
                              : next_listed(hops, out);
}

/*
 * Reads the node of an entry. The slices of the node are relative to `whole`,
 * which becomes the place of the node's text: for RFC 7239, the value of `for`.
 */
static bool read_node(const pa_policy *policy, const pa_unit *text,
                      pa_slice *whole, pa_forwarded *values, pa_node *out) {
  return is_forwarded(policy)
             ? read_element(text, whole, values, out)
             : pa_node_parse(text + whole->start, whole->end - whole->start,
                             PA_NODE_BRACKETS | PA_NODE_PORT, out);
}

static pa_slice moved(pa_slice slice, size_t by) {
  return (pa_slice){slice.start + by, slice.end + by};
}

static bool read_entry(pa_walk *walk, pa_slice whole) {
  const pa_unit *text = walk->request->header;
  pa_node *last = &walk->last;
  pa_forwarded values = {.node = {.present = false}};
  bool is_read = read_node(walk->policy, text, &whole, &values, last);
  if (values.node.present) keep_values(walk->answer, &values);
  if (is_read) {
    /* With quoted pairs, the text does not contain the address. */
    if (last->bare.end > 0) last->bare = moved(last->bare, whole.start);
    add_last(walk, text, whole);
    return true;
  }
  walk->answer->wrong_start = (uint32_t)whole.start;
  walk->answer->wrong_end = (uint32_t)whole.end;
  end_without(walk, PA_REASON_INVALID_ENTRY, PA_ANOMALY_INVALID_ENTRY);
  return false;
}

/* Ends a walk that trusted every hop. */
static void end_of_chain(pa_walk *walk, uint32_t last) {
  if ((walk->policy->flags & PA_POLICY_TRUST) == 0)
    end_without(walk, PA_REASON_CHAIN_TOO_SHORT, PA_ANOMALY_CHAIN_TOO_SHORT);
  else if (last > 0)
    end_at(walk, last, PA_REASON_ALL_TRUSTED, PA_ANOMALY_ALL_TRUSTED);
  else
    end_at(walk, 0, PA_REASON_NO_HEADER,
           PA_ANOMALY_TRUSTED_PEER_WITHOUT_HEADER);
}

/* Judges a hop; returns whether it is trusted, so that the walk continues. */
static bool pass(pa_walk *walk, uint32_t hop) {
  switch (judge(walk, hop, &walk->last.address)) {
  case PA_TRUSTED: grant(walk, &walk->last.address); return true;
  case PA_UNKNOWN: ask_for(walk, hop); return false;
  default: end_at(walk, hop, PA_REASON_FORWARDED, 0); return false;
  }
}

static void walk_entries(pa_walk *walk) {
  pa_hops hops = begin_chain(walk->policy, walk->request);
  pa_slice whole;
  uint32_t hop = 0;
  while (next_entry(walk->policy, &hops, &whole)) {
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

/*
 * The same walk for the most frequent answer, without keeping anything. Leaves
 * every other case to pa_walk_chain(), which starts again. The limit keeps a
 * long chain from being walked twice.
 */
#define QUICK_ENTRIES 20

static bool is_peer_trusted(const pa_policy *policy,
                            const pa_request *request) {
  pa_node peer;
  if (request->kind == PA_PEER_TRUSTED) return true;
  return request->kind == PA_PEER_SOCKET &&
         pa_node_parse(request->peer, request->peer_length, PA_NODE_ZONE,
                       &peer) &&
         pa_policy_judge(policy, 0, &peer.address) == PA_TRUSTED;
}

bool pa_walk_quickly(const pa_policy *policy, const pa_request *request,
                     pa_slice *out) {
  const pa_unit *text = request->header;
  pa_unit canonical[PA_FORMAT_LONGEST];
  pa_forwarded values;
  pa_hops hops = begin_chain(policy, request);
  pa_slice whole;
  pa_node node;
  pa_verdict verdict = PA_TRUSTED;
  if (!is_peer_trusted(policy, request)) return false;
  for (uint32_t hop = 1; verdict == PA_TRUSTED; hop++) {
    if (!next_entry(policy, &hops, &whole) || hop > policy->most_entries ||
        hop > QUICK_ENTRIES || !read_node(policy, text, &whole, &values, &node))
      return false;
    verdict = pa_policy_judge(policy, hop, &node.address);
  }
  *out = moved(node.bare, whole.start);
  return verdict == PA_UNTRUSTED &&
         pa_node_format(text + whole.start, &node, canonical) == 0;
}
