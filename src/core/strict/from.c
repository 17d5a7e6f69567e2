/*
 * from: decides whom the walk trusts, by number, by list, and by asking; and
 * reads the headers with one address, and decides who may set them.
 */
#include "walk.h"

/* Returns the index of the list for a hop; PA_TRUST_LISTS if there is none. */
static uint32_t list_for(const pa_policy *policy, uint32_t hop) {
  uint32_t list = (policy->flags & PA_POLICY_PER_HOP) != 0 ? hop : 0;
  return list < policy->lists ? list : PA_TRUST_LISTS;
}

static bool has(const pa_trust_set *set, bool has_unix,
                const pa_address *address) {
  if (address == NULL) return has_unix;
  return set != NULL && pa_trust_set_has(set, address);
}

static bool list_has(const pa_policy *policy, uint32_t hop,
                     const pa_address *address) {
  uint32_t list = list_for(policy, hop);
  return list != PA_TRUST_LISTS &&
         has(policy->trust[list], policy->trust_unix >> list & 1, address);
}

pa_verdict pa_policy_judge(const pa_policy *policy, uint32_t hop,
                           const pa_address *address) {
  if (hop >= policy->hops) return PA_UNTRUSTED;
  if ((policy->flags & PA_POLICY_TRUST) == 0)
    return policy->hops == PA_NONE ? PA_UNTRUSTED : PA_TRUSTED;
  if (list_has(policy, hop, address)) return PA_TRUSTED;
  /* Without an address there is nothing to ask about. */
  return (policy->flags & PA_POLICY_ASK) != 0 && address != NULL ? PA_UNKNOWN
                                                                 : PA_UNTRUSTED;
}

pa_verdict pa_policy_judge_from(const pa_policy *policy, uint32_t index,
                                const pa_address *address) {
  if (has(policy->from[index], policy->from_unix >> index & 1, address))
    return PA_TRUSTED;
  return (policy->from_ask >> index & 1) != 0 && address != NULL ? PA_UNKNOWN
                                                                 : PA_UNTRUSTED;
}

pa_verdict pa_policy_judge_text(const pa_policy *policy, uint32_t hop,
                                const pa_unit *text, size_t length) {
  pa_node node;
  if (!pa_node_parse(text, length, hop == 0 ? PA_NODE_ZONE : 0, &node))
    return PA_UNTRUSTED;
  return pa_policy_judge(policy, hop, &node.address);
}

/*
 * Returns whether there is a hop that can vouch for a `from` header: the
 * furthest trusted one; without a chain header, or without any rule of trust,
 * the peer.
 */
static bool has_verified(const pa_walk *walk) {
  const pa_policy *policy = walk->policy;
  bool has_rule =
      (policy->flags & PA_POLICY_TRUST) != 0 || policy->hops != PA_NONE;
  if (!walk->has_furthest) return false;
  if ((policy->flags & PA_POLICY_CHAIN) == 0 || !has_rule) return true;
  /* If the chain is too short, the client may have written that hop. */
  return walk->answer->trusted > 0 &&
         walk->answer->reason != PA_REASON_CHAIN_TOO_SHORT;
}

static pa_verdict judge(const pa_walk *walk, uint32_t index) {
  const pa_request *request = walk->request;
  if (!has_verified(walk)) return PA_UNTRUSTED;
  pa_verdict verdict = pa_policy_judge_from(
      walk->policy, index, walk->furthest_is_unix ? NULL : &walk->furthest);
  if (verdict != PA_UNKNOWN) return verdict;
  if ((request->from_granted >> index & 1) != 0) return PA_TRUSTED;
  return (request->from_refused >> index & 1) != 0 ? PA_UNTRUSTED : PA_UNKNOWN;
}

static void ignore(pa_walk *walk) {
  walk->answer->anomalies |= PA_ANOMALY_PROVIDER_HEADER_IGNORED;
}

/*
 * A peer in the list of a `from` header is a proxy, even if it is not trusted
 * otherwise.
 */
static void count_peer(pa_answer *answer) {
  if (answer->trusted == 0) answer->trusted = 1;
}

/* Ends at a peer that should have set the only header, but did not. */
static void end_at_peer(pa_walk *walk) {
  pa_answer *answer = walk->answer;
  count_peer(answer);
  answer->reason = PA_REASON_NO_HEADER;
  answer->client = 0;
  pa_walk_write_last(walk);
}

static void end_unusable(pa_answer *answer) {
  count_peer(answer);
  answer->reason = PA_REASON_INVALID_ENTRY;
  answer->client = PA_NONE;
}

/* No `from` header decided, and there is no chain. */
static void end_alone(pa_walk *walk) {
  pa_answer *answer = walk->answer;
  if (walk->from_unusable)
    end_unusable(answer);
  else if (walk->from_absent)
    end_at_peer(walk);
  if (answer->reason == PA_REASON_INVALID_ENTRY)
    answer->anomalies |= PA_ANOMALY_INVALID_ENTRY;
  if (answer->reason == PA_REASON_NO_HEADER)
    answer->anomalies |= PA_ANOMALY_TRUSTED_PEER_WITHOUT_HEADER;
  if (answer->reason == PA_REASON_CHAIN_TOO_SHORT)
    answer->anomalies |= PA_ANOMALY_CHAIN_TOO_SHORT;
}

uint32_t pa_walk_next_from(pa_walk *walk) {
  const pa_policy *policy = walk->policy;
  pa_answer *answer = walk->answer;
  if (answer->ask != PA_ASK_NOTHING || answer->reason == PA_REASON_PROVIDER)
    return PA_NONE;
  while (walk->next_from < policy->from_count) {
    uint32_t index = walk->next_from++;
    bool present = (walk->request->present >> index & 1) != 0;
    pa_verdict verdict = judge(walk, index);
    if (verdict == PA_UNKNOWN) {
      answer->ask = PA_ASK_FROM;
      answer->asked = index;
      return PA_NONE;
    }
    if (verdict == PA_TRUSTED && present) return index;
    if (verdict == PA_TRUSTED) walk->from_absent = true;
    if (present) ignore(walk);
  }
  if ((policy->flags & PA_POLICY_CHAIN) == 0) end_alone(walk);
  return PA_NONE;
}

static bool is_same(const pa_address *one, const pa_address *other) {
  return one->family == other->family && one->high == other->high &&
         one->low == other->low;
}

void pa_walk_read_from(pa_walk *walk, const pa_unit *text, size_t length) {
  pa_answer *answer = walk->answer;
  pa_slice whole = pa_trim_blanks(text, (pa_slice){0, length});
  pa_node node;
  /* This also refuses a list of addresses, because of its commas. */
  if (!pa_node_parse(text + whole.start, whole.end - whole.start,
                     PA_NODE_BRACKETS, &node)) {
    walk->from_unusable = true;
    ignore(walk);
    return;
  }
  node.bare.start += whole.start;
  node.bare.end += whole.start;
  if (answer->reason == PA_REASON_FORWARDED &&
      !is_same(&node.address, &walk->last.address))
    answer->anomalies |= PA_ANOMALY_HEADERS_DISAGREE;
  count_peer(answer);
  answer->hops = answer->trusted;
  pa_answer_add(answer, whole, &node);
  pa_answer_show(&answer->hop[answer->trusted], text, &node);
  answer->reason = PA_REASON_PROVIDER;
  answer->client = answer->trusted;
  answer->header = PA_HEADER_FROM + walk->next_from - 1;
}
