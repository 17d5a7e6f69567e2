/*
 * walk: walks from the peer through the entries of a chain header, nearest
 * first; then reads the headers with one address, each of which is believed
 * only if the furthest trusted hop is in its list.
 *
 * The rule differs from that of resolve.h: the client is the first hop that is
 * not trusted, and text that is not an address ends the walk without a client.
 *
 *   pa_walk walk = {.policy = &policy, .request = &request, .answer = answer};
 *   pa_walk_chain(&walk);
 *   while ((index = pa_walk_next_from(&walk)) != PA_NONE)
 *     pa_walk_read_from(&walk, text, length);
 *
 * A policy says whom the walk trusts.
 */
#ifndef PA_WALK_H
#define PA_WALK_H

#include "../trust_set.h"
#include "answer.h"

#ifdef __cplusplus
extern "C" {
#endif

/** The maximal number of lists, one for each hop, and of `from` headers. */
#define PA_TRUST_LISTS 32
#define PA_FROM_HEADERS 30

enum {
  /**
   * Hops are trusted by list, by asking, or not at all. Without this flag,
   * their number alone decides.
   */
  PA_POLICY_TRUST = 1,
  /** Each hop has its own list; otherwise the first list is for all hops. */
  PA_POLICY_PER_HOP = 2,
  /** Ask for a verdict on addresses that are in no list. */
  PA_POLICY_ASK = 4,
  /** There is a header with one entry for each hop. */
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
  /** the number of lists, 0 to PA_TRUST_LISTS */
  uint32_t lists;
  /** the number of `from` headers, 0 to PA_FROM_HEADERS */
  uint32_t from_count;
  /** hops from this one on are not trusted; PA_NONE if there is no limit */
  uint32_t hops;
  /** the maximal number of entries that are read, at least 1 */
  uint32_t most_entries;
  /** a bit for each list, and for each `from`, that includes Unix sockets */
  uint32_t trust_unix;
  uint32_t from_unix;
  /** a bit for each `from` that asks for a verdict */
  uint32_t from_ask;
} pa_policy;

/** A verdict on a hop; PA_UNKNOWN if the caller has to be asked. */
typedef enum { PA_UNTRUSTED, PA_TRUSTED, PA_UNKNOWN } pa_verdict;

/**
 * Judges a hop.
 *
 * @param address  NULL for a peer on a Unix socket
 */
pa_verdict pa_policy_judge(const pa_policy *policy, uint32_t hop,
                           const pa_address *address);

/** Judges the furthest trusted hop for a `from` header. */
pa_verdict pa_policy_judge_from(const pa_policy *policy, uint32_t index,
                                const pa_address *address);

/**
 * Judges a text, for callers that do the walk themselves.
 *
 * @param text  an address; at hop 0 it may have a zone
 * @return PA_UNTRUSTED for text that is not an address
 */
pa_verdict pa_policy_judge_text(const pa_policy *policy, uint32_t hop,
                                const pa_unit *text, size_t length);

/** The kind of peer, which decides how its text is read. */
typedef enum {
  /** no peer */
  PA_PEER_NONE = 0,
  /** a Unix socket, which has no address */
  PA_PEER_UNIX = 1,
  /** a socket's address, which may have a zone */
  PA_PEER_SOCKET = 2,
  /** an address from the caller, which may also have a port and brackets */
  PA_PEER_GIVEN = 3,
  /** no text: the peer is known to be trusted, and is not read */
  PA_PEER_TRUSTED = 4
} pa_peer;

/** A request, with the caller's replies so far. */
typedef struct {
  const pa_unit *peer;
  size_t peer_length;
  pa_peer kind;
  /** the chain header; of length 0 if there is none */
  const pa_unit *header;
  size_t header_length;
  /** write the canonical text of all hops, not only of the client */
  bool in_full;
  /** hops before this one are trusted */
  uint32_t granted;
  /** this hop is not; PA_NONE if no reply was a refusal */
  uint32_t refused;
  /** bits of the `from` headers that the request has */
  uint32_t present;
  /** bits of those whose list does, or does not, contain the furthest hop */
  uint32_t from_granted;
  uint32_t from_refused;
} pa_request;

/** A walk. Set the first three members; the rest is private, and zero. */
typedef struct {
  const pa_policy *policy;
  const pa_request *request;
  /** with PA_ANSWER_HOPS(policy->most_entries) hops */
  pa_answer *answer;

  /* The last hop that was read, its text, and its place in that text. */
  pa_node last;
  const pa_unit *text;
  pa_slice whole;
  /* The furthest trusted hop; the peer, if no hop is trusted. */
  pa_address furthest;
  bool has_furthest;
  bool furthest_is_unix;
  /* The next `from` header, and what was found before it. */
  uint32_t next_from;
  bool from_absent;
  bool from_unusable;
} pa_walk;

/** Writes the last hop into the answer; for from.c. */
void pa_walk_write_last(const pa_walk *walk);

/**
 * Walks from the peer through the chain header. If the answer then asks
 * something, ask the caller, and walk again with the reply in the request.
 */
void pa_walk_chain(pa_walk *walk);

/**
 * Finds the client in the most frequent case: it is an entry that is not
 * trusted, its text is canonical, and nothing has to be asked.
 *
 * @param request  has a peer of a socket, or one that is known to be trusted
 * @param out      receives the place of the client's address in the header
 * @return false in any other case, or if the chain is long
 */
bool pa_walk_quickly(const pa_policy *policy, const pa_request *request,
                     pa_slice *out);

/**
 * Returns the index of the next `from` header to read. Call this until it
 * returns PA_NONE, even if no such header exists, but not if the answer asks
 * something.
 *
 * @return the index; PA_NONE if the answer is complete, or asks something
 */
uint32_t pa_walk_next_from(pa_walk *walk);

/** Reads the `from` header whose index was returned last. */
void pa_walk_read_from(pa_walk *walk, const pa_unit *text, size_t length);

#ifdef __cplusplus
}
#endif

#endif
