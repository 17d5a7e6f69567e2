/*
 * answer: what a walk found out about a request.
 *
 * An answer consists of uint32_t fields only, without padding, so that an
 * engine can pass it on as an array of numbers. JavaScript relies on the order
 * of its fields and on all numbers in it; see lib/resolver/layout.js.
 */
#ifndef PA_ANSWER_H
#define PA_ANSWER_H

#include "node.h"

#ifdef __cplusplus
extern "C" {
#endif

/** No such hop, header, port or number. */
#define PA_NONE UINT32_MAX

/** Why the answer is what it is. */
typedef enum {
  PA_REASON_NO_PEER = 0,
  PA_REASON_DIRECT = 1,
  PA_REASON_FORWARDED = 2,
  PA_REASON_ALL_TRUSTED = 3,
  PA_REASON_NO_HEADER = 4,
  PA_REASON_PROVIDER = 5,
  PA_REASON_INVALID_ENTRY = 6,
  PA_REASON_CHAIN_TOO_SHORT = 7,
  PA_REASON_CHAIN_TOO_LONG = 8
} pa_reason;

/** What a sound deployment never shows, as far as the walk notices it. */
enum {
  PA_ANOMALY_UNTRUSTED_PEER_WITH_HEADER = 1,
  PA_ANOMALY_TRUSTED_PEER_WITHOUT_HEADER = 2,
  PA_ANOMALY_INVALID_ENTRY = 4,
  PA_ANOMALY_CHAIN_TOO_SHORT = 8,
  PA_ANOMALY_CHAIN_TOO_LONG = 16,
  PA_ANOMALY_ALL_TRUSTED = 32,
  PA_ANOMALY_PROVIDER_HEADER_IGNORED = 128,
  PA_ANOMALY_HEADERS_DISAGREE = 256
};

/** What the caller is asked if no compiled list has the answer. */
enum { PA_ASK_NOTHING = 0, PA_ASK_TRUST = 1, PA_ASK_FROM = 2 };

/** Which header decided: PA_HEADER_FROM plus an index is one of `from`. */
enum { PA_HEADER_NONE = 0, PA_HEADER_CHAIN = 1, PA_HEADER_FROM = 2 };

/** A hop. Its offsets are in its own text: that of the peer or of a header. */
typedef struct {
  /** its whole text, without blanks, and for RFC 7239 without quotes */
  uint32_t start;
  uint32_t end;
  /** the canonical address with its zone, if `length` is 0 */
  uint32_t bare_start;
  uint32_t bare_end;
  /** the zone with its '%'; empty if there is none */
  uint32_t zone_start;
  uint32_t zone_end;
  /** 0 to 65535, or PA_NONE */
  uint32_t port;
  /** 4 or 6; 0 if there is no address: a peer on a Unix socket */
  uint32_t family;
  /** the canonical address without its zone, if the text is not canonical */
  uint32_t length;
  uint32_t unit[PA_FORMAT_LONGEST];
} pa_answer_hop;

typedef struct {
  /** a pa_reason; meaningless if something is asked */
  uint32_t reason;
  /** PA_ANOMALY_… */
  uint32_t anomalies;
  /** which hop is the client; PA_NONE if there is none */
  uint32_t client;
  /** how many hops are trusted: all before this one */
  uint32_t trusted;
  /** PA_HEADER_… */
  uint32_t header;
  /** PA_ASK_…, and the hop or the index in `from` that it is about */
  uint32_t ask;
  uint32_t asked;
  /** the number of hops below */
  uint32_t hops;
  /** the text in place of an address, if the reason is that it is invalid */
  uint32_t wrong_start;
  uint32_t wrong_end;
  /** RFC 7239's values of the element that decided; PA_NONE if missing */
  uint32_t proto_start;
  uint32_t proto_end;
  uint32_t host_start;
  uint32_t host_end;
#ifndef __cplusplus
  /** the peer, then the entries from the right; C++ lacks flexible arrays */
  pa_answer_hop hop[];
#endif
} pa_answer;

#define PA_ANSWER_WORDS (sizeof(pa_answer) / sizeof(uint32_t))
#define PA_ANSWER_HOP_WORDS (sizeof(pa_answer_hop) / sizeof(uint32_t))

/** How many hops an answer holds: the peer, all entries, and one of `from`. */
#define PA_ANSWER_HOPS(most_entries) ((size_t)(most_entries) + 2)

/** Makes an answer without hops, in which nothing is known. */
void pa_answer_begin(pa_answer *answer);

/**
 * Adds a hop.
 *
 * @param whole  its whole text
 * @param node   what was read of it, with slices of the same text
 */
void pa_answer_add(pa_answer *answer, pa_slice whole, const pa_node *node);

/** Adds a peer without an address, or with an unknown one. */
void pa_answer_add_nameless(pa_answer *answer);

/**
 * Writes the canonical address of a node, without its zone, if its text is not
 * canonical.
 *
 * @return its length; 0 if the text is canonical
 */
size_t pa_node_format(const pa_unit *text, const pa_node *node,
                      pa_unit canonical[PA_FORMAT_LONGEST]);

/** Writes the canonical address of a hop, if its own text is not canonical. */
void pa_answer_show(pa_answer_hop *hop, const pa_unit *text,
                    const pa_node *node);

#ifdef __cplusplus
}
#endif

#endif
