/* crossing: converts what comes from JavaScript, and what returns to it. */
#include "crossing.h"

/* More than the maximal length of a canonical address. */
#define LENGTH_VALUES 64

size_t pa_crossing_words(uint32_t most_entries) {
  return PA_REQUEST_WORDS + PA_ANSWER_WORDS +
         PA_ANSWER_HOPS(most_entries) * PA_ANSWER_HOP_WORDS;
}

/* Compiles the first `count` entries, and takes them off the list. */
static pa_error compile_list(pa_entries *list, uint32_t count,
                             const pa_trust_set **out) {
  pa_entries front = *list;
  pa_trust_set *set = NULL;
  size_t entry;
  const pa_unit *text;
  if (count > list->count) return PA_ERR_RANGE;
  front.count = count;
  for (uint32_t i = 0; i < count; i++)
    (void)pa_entries_take(list, &text);
  pa_error error = pa_compile(&front, &set, &entry);
  *out = set;
  return error;
}

static bool is_policy(const uint32_t *config, size_t words) {
  return words >= PA_CONFIG_WORDS &&
         config[PA_CONFIG_LISTS] <= PA_TRUST_LISTS &&
         config[PA_CONFIG_FROM_COUNT] <= PA_FROM_HEADERS &&
         words == (size_t)PA_CONFIG_WORDS + config[PA_CONFIG_LISTS] +
                      config[PA_CONFIG_FROM_COUNT];
}

pa_error pa_policy_compile(const uint32_t *config, size_t words,
                           const pa_entries *list, pa_policy *out) {
  if (!is_policy(config, words)) return PA_ERR_RANGE;
  pa_policy policy = {.flags = config[PA_CONFIG_FLAGS],
                      .lists = config[PA_CONFIG_LISTS],
                      .from_count = config[PA_CONFIG_FROM_COUNT],
                      .hops = config[PA_CONFIG_HOPS],
                      .most_entries = config[PA_CONFIG_MOST_ENTRIES],
                      .trust_unix = config[PA_CONFIG_TRUST_UNIX],
                      .from_unix = config[PA_CONFIG_FROM_UNIX],
                      .from_ask = config[PA_CONFIG_FROM_ASK]};
  pa_entries rest = *list;
  pa_error error = PA_OK;
  const uint32_t *count = config + PA_CONFIG_WORDS;
  for (uint32_t i = 0; error == PA_OK && i < policy.lists; i++)
    error = compile_list(&rest, *count++, &policy.trust[i]);
  for (uint32_t i = 0; error == PA_OK && i < policy.from_count; i++)
    error = compile_list(&rest, *count++, &policy.from[i]);
  if (error == PA_OK)
    *out = policy;
  else
    pa_policy_dispose(&policy);
  return error;
}

void pa_policy_dispose(pa_policy *policy) {
  for (uint32_t i = 0; i < policy->lists; i++)
    pa_trust_set_free((pa_trust_set *)policy->trust[i]);
  for (uint32_t i = 0; i < policy->from_count; i++)
    pa_trust_set_free((pa_trust_set *)policy->from[i]);
}

size_t pa_policy_size(const pa_policy *policy) {
  size_t size = sizeof *policy;
  for (uint32_t i = 0; i < policy->lists; i++)
    size += pa_trust_set_size(policy->trust[i]);
  for (uint32_t i = 0; i < policy->from_count; i++)
    size += pa_trust_set_size(policy->from[i]);
  return size;
}

pa_request pa_request_read(const uint32_t words[PA_REQUEST_WORDS]) {
  return (pa_request){.kind = (pa_peer)words[PA_REQUEST_KIND],
                      .in_full = words[PA_REQUEST_IN_FULL] != 0,
                      .granted = words[PA_REQUEST_GRANTED],
                      .refused = words[PA_REQUEST_REFUSED],
                      .present = words[PA_REQUEST_PRESENT],
                      .from_granted = words[PA_REQUEST_FROM_GRANTED],
                      .from_refused = words[PA_REQUEST_FROM_REFUSED]};
}

int64_t pa_client_find(const pa_policy *policy, const pa_request *request) {
  pa_slice client;
  if (!pa_walk_quickly(policy, request, &client)) return -1;
  return (int64_t)client.start * LENGTH_VALUES +
         (int64_t)(client.end - client.start);
}
