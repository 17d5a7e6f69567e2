/*
 * crossing: a policy and a request as numbers from JavaScript, and an answer as
 * the single number that suffices for most requests.
 */
#ifndef PA_CROSSING_H
#define PA_CROSSING_H

#include "../resolve.h"
#include "walk.h"

#ifdef __cplusplus
extern "C" {
#endif

/** The numbers of a policy; the number of entries of each list follows. */
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

/** Returns how many numbers a request and its answer take. */
size_t pa_crossing_words(uint32_t most_entries);

/**
 * Compiles a policy.
 *
 * @param config  PA_CONFIG_WORDS numbers, then the number of entries of each
 *                list and of each `from`
 * @param words   how many numbers there are in all
 * @param list    the entries of all lists, then of all `from`
 * @param out     receives the policy, to be disposed of; untouched on error
 * @return PA_ERR_MEMORY, or what is invalid: PA_ERR_RANGE for numbers,
 *         PA_ERR_ADDRESS for an entry
 */
pa_error pa_policy_compile(const uint32_t *config, size_t words,
                           const pa_entries *list, pa_policy *out);

/** Frees the sets. */
void pa_policy_dispose(pa_policy *policy);

/** Returns the size of the policy and its sets, in bytes. */
size_t pa_policy_size(const pa_policy *policy);

/** Makes a request from its numbers. The caller adds the texts. */
pa_request pa_request_read(const uint32_t words[PA_REQUEST_WORDS]);

/**
 * Finds the client by pa_walk_quickly().
 *
 * @return the offset of the client's canonical address in the header * 64 + its
 *         length; -1 if this is not the whole answer
 */
int64_t pa_client_find(const pa_policy *policy, const pa_request *request);

#ifdef __cplusplus
}
#endif

#endif
