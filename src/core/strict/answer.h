/*
 * answer: what is known of a request once it has been walked.
 *
 * An answer consists of uint32_t alone, without gaps, so that an engine can
 * hand it on as an array of numbers. The order of its fields, and all numbers
 * in it, cross to JavaScript; lib/resolver/layout.js reads them.
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

/** What a sound deployment never shows; those that the walk can tell. */
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

/** What the caller is asked, because no list that is compiled can tell. */
enum { PA_ASK_NOTHING = 0, PA_ASK_TRUST = 1, PA_ASK_FROM = 2 };

/** Which header decided. From PA_HEADER_FROM on they are those of `from`. */
enum { PA_HEADER_NONE = 0, PA_HEADER_CHAIN = 1, PA_HEADER_FROM = 2 };

/** A hop. Offsets are those of its own text: the peer's, or a header's. */
typedef struct {
  /** what stood there, without blanks, and for RFC 7239 without quotes */
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
  /** the canonical address without its zone, where the text is not canonical */
  uint32_t length;
  uint32_t unit[PA_FORMAT_LONGEST];
} pa_answer_hop;

typedef struct {
  /** a pa_reason; meaningless while something is asked */
  uint32_t reason;
  /** PA_ANOMALY_… */
  uint32_t anomalies;
  /** which hop is the client; PA_NONE if there is none */
  uint32_t client;
  /** how many hops are trusted: those before this one */
  uint32_t trusted;
  /** PA_HEADER_… */
  uint32_t header;
  /** PA_ASK_…, and for which hop or `from` header */
  uint32_t ask;
  uint32_t asked;
  /** how many hops there are below */
  uint32_t hops;
  /** what stands where an address should, if the reason says so */
  uint32_t wrong_start;
  uint32_t wrong_end;
  /** RFC 7239's values of the element that decided; PA_NONE if not there */
  uint32_t proto_start;
  uint32_t proto_end;
  uint32_t host_start;
  uint32_t host_end;
#ifndef __cplusplus
  /** the peer, and then the entries from the right; C++ has no such arrays */
  pa_answer_hop hop[];
#endif
} pa_answer;

#define PA_ANSWER_WORDS (sizeof(pa_answer) / sizeof(uint32_t))
#define PA_ANSWER_HOP_WORDS (sizeof(pa_answer_hop) / sizeof(uint32_t))

/** How many hops an answer needs: the peer, all entries, and a provider's. */
#define PA_ANSWER_HOPS(most_entries) ((size_t)(most_entries) + 2)

/** An answer without hops, in which nothing is known. */
void pa_answer_begin(pa_answer *answer);

/**
 * Adds a hop.
 *
 * @param whole  what stands there
 * @param node   what was read of it; its slices are of the same text
 */
void pa_answer_add(pa_answer *answer, pa_slice whole, const pa_node *node);

/** Adds a peer that has no address, or none that is known. */
void pa_answer_add_nameless(pa_answer *answer);

/**
 * Writes the canonical address of a node, without its zone, where its text is
 * not canonical.
 *
 * @return its length; 0 if the text is canonical
 */
size_t pa_node_format(const pa_unit *text, const pa_node *node,
                      pa_unit canonical[PA_FORMAT_LONGEST]);

/** Writes the canonical text of a hop, where its own text is not canonical. */
void pa_answer_show(pa_answer_hop *hop, const pa_unit *text,
                    const pa_node *node);

#ifdef __cplusplus
}
#endif

#endif
