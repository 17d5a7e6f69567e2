/*
 * entries: which entry of a trust list an address matches. Set membership
 * forgets that; this reads the list again, so it is off the hot path.
 */
#ifndef PA_ENTRIES_H
#define PA_ENTRIES_H

#include "../subnet.h"

#ifdef __cplusplus
extern "C" {
#endif

/**
 * A trust list as it crosses from JavaScript: the text of all entries, one
 * after another, which is no null pointer, and the length of each, in units.
 * Lengths that reach beyond the text are cut.
 */
typedef struct {
  const pa_unit *text;
  size_t text_length;
  const uint32_t *length;
  size_t count;
} pa_entries;

/** Where a match is: entry by entry, and subnet by subnet of a name. */
typedef struct {
  size_t entry;
  size_t subnet;
} pa_match;

/** Is the address in the subnet? */
bool pa_subnet_has(const pa_subnet *subnet, const pa_address *address);

/**
 * Looks for the first entry that the address matches. An entry that is wrong
 * is passed over.
 *
 * @param out  receives where it is; untouched if there is none
 * @return true exactly if a set compiled of the list has the address
 */
bool pa_entries_find(const pa_entries *entries, const pa_address *address,
                     pa_match *out);

#ifdef __cplusplus
}
#endif

#endif
