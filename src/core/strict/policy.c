/* policy: trust by number, by list, and by asking. */
#include "policy.h"

/* The list for a hop; PA_TRUST_LISTS if there is none. */
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
