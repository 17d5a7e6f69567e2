/*
 * resolve: a trust list, as it crosses from JavaScript, to its trust set; and
 * the walk: from the peer through the entries of X-Forwarded-For, nearest
 * first, as long as each one is trusted; where it stops is the client.
 *
 * The rule is proxy-addr 2.0.8's: the last entry is the answer without being
 * tested, because no hop follows it.
 */
#ifndef PA_RESOLVE_H
#define PA_RESOLVE_H

#include "hops.h"
#include "trust_set.h"

#ifdef __cplusplus
extern "C" {
#endif

/**
 * A list: the text of all entries, one after another, which is never NULL, and
 * the length of each entry, in units. A length that reaches beyond the end of
 * the text is cut.
 */
typedef struct {
  const pa_unit *text;
  size_t text_length;
  const uint32_t *length;
  size_t count;
} pa_entries;

/**
 * Takes the first entry off a list that has one.
 *
 * @param rest  the list; becomes what follows its first entry
 * @param text  receives the entry, which is part of the list's text
 * @return the entry's length, in units
 */
static inline size_t pa_entries_take(pa_entries *rest, const pa_unit **text) {
  size_t length =
      *rest->length < rest->text_length ? *rest->length : rest->text_length;
  *text = rest->text;
  rest->text += length;
  rest->text_length -= length;
  rest->length++;
  rest->count--;
  return length;
}

/**
 * Compiles a trust list.
 *
 * @param out    receives the set, which the caller frees with
 *               pa_trust_set_free(); untouched on error
 * @param entry  receives the place of the first invalid entry; untouched
 *               unless PA_ERR_ADDRESS or PA_ERR_RANGE is returned
 * @return PA_OK, PA_ERR_MEMORY, or what is wrong with the invalid entry
 */
pa_error pa_compile(const pa_entries *entries, pa_trust_set **out,
                    size_t *entry);

typedef struct {
  /** The client's entry; meaningless if `is_peer`. */
  pa_slice entry;
  /** The client is the peer itself, not an entry of the header. */
  bool is_peer;
  /**
   * The walk reached the left end of the text. If the text is only the tail of
   * a longer header, the answer may be wrong: walk again over the whole header.
   */
  bool reached_start;
} pa_client;

/**
 * Returns whether the text is a trusted address. Other text never is.
 *
 * @param set     what is trusted
 * @param text    an address; may be NULL if length is 0
 * @param length  its length in units
 */
bool pa_is_trusted(const pa_trust_set *set, const pa_unit *text, size_t length);

/**
 * Finds the client, given that the peer is trusted. (If the peer is not
 * trusted, it is the client whatever the header says: call pa_is_trusted()
 * first.)
 *
 * @param set     what is trusted
 * @param header  X-Forwarded-For, or its tail; may be NULL if length is 0
 * @param length  its length in units
 */
pa_client pa_resolve(const pa_trust_set *set, const pa_unit *header,
                     size_t length);

#ifdef __cplusplus
}
#endif

#endif
