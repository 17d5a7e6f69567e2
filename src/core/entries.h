/*
 * entries: a list of texts as it crosses from JavaScript, and the trust set of
 * such a list.
 */
#ifndef PA_ENTRIES_H
#define PA_ENTRIES_H

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

#ifdef __cplusplus
}
#endif

#endif
