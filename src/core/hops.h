/*
 * hops: a cursor over X-Forwarded-For, from the right (the nearest proxy's
 * entry) to the left, without copying.
 *
 * The rules are those of the npm package forwarded 0.2.0: entries are divided
 * by ',' (0x2C), only U+0020 is trimmed, empty entries are passed over, and
 * nothing is validated or unquoted.
 */
#ifndef PA_HOPS_H
#define PA_HOPS_H

#include "address.h"

#ifdef __cplusplus
extern "C" {
#endif

/** One entry: text[start] up to but not including text[end]; never empty. */
typedef struct {
  size_t start;
  size_t end;
} pa_slice;

typedef struct {
  const pa_unit *text;
  /** What lies at or behind this offset has been walked. */
  size_t rest;
} pa_hops;

/** A cursor behind the last unit of a header; it keeps `text`, not a copy. */
pa_hops pa_hops_begin(const pa_unit *text, size_t length);

/**
 * Steps one entry to the left.
 *
 * @param out  receives the entry; untouched if there is none
 * @return false when there are no more entries
 */
bool pa_hops_next(pa_hops *hops, pa_slice *out);

#ifdef __cplusplus
}
#endif

#endif
