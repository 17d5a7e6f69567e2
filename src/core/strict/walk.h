/*
 * walk: from the peer through the entries of a chain header, nearest first,
 * and then the headers with one address, which are believed where the walk's
 * furthest trusted hop is one of theirs.
 *
 * The rule, unlike that of resolve.h: the client is the first hop that is not
 * trusted; what is no address ends the walk without one.
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

/** Where the peer's text comes from. */
typedef enum {
  /** there is none */
  PA_PEER_NONE = 0,
  /** a Unix socket, which has no address */
  PA_PEER_UNIX = 1,
  /** a socket's address, which may have a zone */
  PA_PEER_SOCKET = 2,
  /** from a caller, and may have a port and brackets, too */
  PA_PEER_GIVEN = 3,
  /** not told: it was found to be trusted before, and is not looked at */
  PA_PEER_TRUSTED = 4
} pa_peer;

/** A request, and what was answered so far when something was asked. */
typedef struct {
  const pa_unit *peer;
  size_t peer_length;
  pa_peer kind;
  /** the chain header; of length 0 if there is none */
  const pa_unit *header;
  size_t header_length;
  /** all hops are shown in canonical text, not the client alone */
  bool in_full;
  /** hops before this one are trusted */
  uint32_t granted;
  /** this hop is not; PA_NONE if none was asked for in vain */
  uint32_t refused;
  /** bits of the `from` headers that are there */
  uint32_t present;
  /** bits of those whose list has, or has not, the furthest trusted hop */
  uint32_t from_granted;
  uint32_t from_refused;
} pa_request;

/** A walk under way. Set the first three; all else is private, and zero. */
typedef struct {
  const pa_policy *policy;
  const pa_request *request;
  /** with PA_ANSWER_HOPS(policy->most_entries) hops */
  pa_answer *answer;

  /* The last hop that was read, its text, and where it stands there. */
  pa_node last;
  const pa_unit *text;
  pa_slice whole;
  /* The furthest trusted hop; the peer, as long as none is. */
  pa_address furthest;
  bool has_furthest;
  bool furthest_is_unix;
  /* The `from` header that comes next, and what came so far. */
  uint32_t next_from;
  bool from_absent;
  bool from_unusable;
} pa_walk;

/** Writes the last hop into the answer; for from.c. */
void pa_walk_write_last(const pa_walk *walk);

/**
 * Walks from the peer through the chain header. If the answer asks something
 * then, ask the caller, and walk again with the reply in the request.
 */
void pa_walk_chain(pa_walk *walk);

/**
 * Walks to a client that is an entry which is not trusted, without anything
 * asked, and whose text is canonical.
 *
 * @param request  with a peer of a socket, or one that is trusted
 * @param out      receives where in the header the client's address stands
 * @return false if there is, or may be, more to say than that
 */
bool pa_walk_quickly(const pa_policy *policy, const pa_request *request,
                     pa_slice *out);

/**
 * Says which `from` header is to be read next. To be called, until it says
 * PA_NONE, also if there is no such header; but not while something is asked.
 *
 * @return the place of the header; PA_NONE: the answer is complete, or asks
 */
uint32_t pa_walk_next_from(pa_walk *walk);

/** Reads the `from` header that was named last. */
void pa_walk_read_from(pa_walk *walk, const pa_unit *text, size_t length);

#ifdef __cplusplus
}
#endif

#endif
