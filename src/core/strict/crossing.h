/*
 * crossing: a policy and a request as the numbers that come from JavaScript,
 * and an answer as the one number that most requests need.
 */
#ifndef PA_CROSSING_H
#define PA_CROSSING_H

#include "../resolve.h"
#include "walk.h"

#ifdef __cplusplus
extern "C" {
#endif

/** The numbers of a policy; each list's count of entries follows. */
enum {
  PA_CONFIG_FLAGS,
  PA_CONFIG_LISTS,
  PA_CONFIG_FROM_COUNT,
  PA_CONFIG_HOPS,
  PA_CONFIG_MOST_ENTRIES,
  PA_CONFIG_TRUST_UNIX,
  PA_CONFIG_FROM_UNIX,
  PA_CONFIG_FROM_ASK,
  PA_CONFIG_WORDS
};

/** The numbers of a request; an answer follows in the same memory. */
enum {
  PA_REQUEST_KIND,
  PA_REQUEST_IN_FULL,
  PA_REQUEST_GRANTED,
  PA_REQUEST_REFUSED,
  PA_REQUEST_PRESENT,
  PA_REQUEST_FROM_GRANTED,
  PA_REQUEST_FROM_REFUSED,
  PA_REQUEST_WORDS
};

/** How many numbers a request with its answer takes. */
size_t pa_crossing_words(uint32_t most_entries);

/**
 * Compiles a policy.
 *
 * @param config  PA_CONFIG_WORDS numbers, and one for each list and each `from`
 * @param words   how many they are
 * @param list    the entries of all lists, and then of all `from`
 * @param out     receives the policy, to be disposed of; untouched on error
 * @return PA_ERR_MEMORY, or what is wrong: PA_ERR_RANGE with the numbers,
 *         PA_ERR_ADDRESS with an entry
 */
pa_error pa_policy_compile(const uint32_t *config, size_t words,
                           const pa_entries *list, pa_policy *out);

/** Frees the sets. */
void pa_policy_dispose(pa_policy *policy);

/** How many bytes the sets take. */
size_t pa_policy_size(const pa_policy *policy);

/** Makes a request of its numbers. Texts are the caller's to add. */
pa_request pa_request_read(const uint32_t words[PA_REQUEST_WORDS]);

/**
 * Says where the client stands: see pa_walk_quickly().
 *
 * @return the offset of the client's canonical address in the header * 64 + its
 *         length; -1 if there is more to say than that
 */
int64_t pa_client_find(const pa_policy *policy, const pa_request *request);

#ifdef __cplusplus
}
#endif

#endif
