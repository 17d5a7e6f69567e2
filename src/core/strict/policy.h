/*
 * policy: whom the strict walk trusts.
 */
#ifndef PA_POLICY_H
#define PA_POLICY_H

#include "../trust_set.h"
#include "answer.h"

#ifdef __cplusplus
extern "C" {
#endif

/** The most lists, one for each hop, and the most `from` headers. */
#define PA_TRUST_LISTS 32
#define PA_FROM_HEADERS 30

enum {
  /** Hops are trusted by lists, by asking, or not at all: not by their number
   * alone. */
  PA_POLICY_TRUST = 1,
  /** Each hop has a list of its own; otherwise the first is for all. */
  PA_POLICY_PER_HOP = 2,
  /** Ask for a verdict on what is in no list. */
  PA_POLICY_ASK = 4,
  /** There is a header of one entry for each hop. */
  PA_POLICY_CHAIN = 8,
  /** That header is RFC 7239's. */
  PA_POLICY_FORWARDED = 16
};

/** Whom to trust. The caller owns the sets; a NULL set trusts nobody. */
typedef struct {
  const pa_trust_set *trust[PA_TRUST_LISTS];
  const pa_trust_set *from[PA_FROM_HEADERS];
  /** PA_POLICY_… */
  uint32_t flags;
  /** how many lists, 0 to PA_TRUST_LISTS */
  uint32_t lists;
  /** how many `from` headers, 0 to PA_FROM_HEADERS */
  uint32_t from_count;
  /** hops from this one on are not trusted; PA_NONE: no limit */
  uint32_t hops;
  /** how many entries are looked at, from 1 on */
  uint32_t most_entries;
  /** a bit for each list, and each `from`, that has Unix sockets */
  uint32_t trust_unix;
  uint32_t from_unix;
  /** a bit for each `from` that asks for a verdict */
  uint32_t from_ask;
} pa_policy;

/** What is known of a hop: PA_UNKNOWN where the caller has to be asked. */
typedef enum { PA_UNTRUSTED, PA_TRUSTED, PA_UNKNOWN } pa_verdict;

/**
 * Judges a hop.
 *
 * @param address  NULL for a peer on a Unix socket
 */
pa_verdict pa_policy_judge(const pa_policy *policy, uint32_t hop,
                           const pa_address *address);

/** The same for the furthest trusted hop and a `from` header. */
pa_verdict pa_policy_judge_from(const pa_policy *policy, uint32_t index,
                                const pa_address *address);

/**
 * Judges text, for callers that walk by themselves.
 *
 * @param text  an address; at hop 0 it may have a zone
 * @return PA_UNTRUSTED for text that is no address
 */
pa_verdict pa_policy_judge_text(const pa_policy *policy, uint32_t hop,
                                const pa_unit *text, size_t length);

#ifdef __cplusplus
}
#endif

#endif
