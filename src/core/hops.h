/*
 * hops: a cursor over X-Forwarded-For, from the right (the nearest proxy's
 * entry) to the left, without copying.
 *
 * The rules are those of the npm package forwarded 0.2.0: entries are separated
 * by ',' (0x2C), only U+0020 is trimmed, empty entries are skipped, and
 * nothing is validated or unquoted.
 *
 * The whole cursor is in this header, because it is the walk's inner loop: in
 * a file of its own it made a walk of four entries 6 % slower.
 */
#ifndef PA_HOPS_H
#define PA_HOPS_H

#include "words.h"

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
  /** Everything from this offset on has been walked. */
  size_t rest;
} pa_hops;

/** A cursor after the last unit of a header; it keeps `text`, not a copy. */
static inline pa_hops pa_hops_begin(const pa_unit *text, size_t length) {
  pa_hops hops = {text, length};
  return hops;
}

/*
 * The entry without the spaces before it; its last unit is not a space. Only
 * U+0020 is trimmed: a tab makes an entry an unreadable address.
 */
static inline pa_slice pa_hops_trim(const pa_unit *text, pa_slice slice) {
  while (slice.end - slice.start >= PA_BLOCK_UNITS &&
         pa_block_find(text + slice.start, ' ') == PA_BLOCK_ALL)
    slice.start += PA_BLOCK_UNITS;
  /* The last unit ends the loop; the condition keeps it inside the text all the
   * same. */
  while (slice.start < slice.end && /* GCOVR_EXCL_BR_LINE */
         text[slice.start] == ' ')
    slice.start++;
  return slice;
}

/* The offset after the last comma before `end`; 0 if there is none. */
static inline size_t pa_hops_start(const pa_unit *text, size_t end) {
  if (end >= PA_BLOCK_UNITS) {
    for (; end >= PA_BLOCK_UNITS; end -= PA_BLOCK_UNITS) {
      size_t block = end - PA_BLOCK_UNITS;
      uint64_t commas = pa_block_find(text + block, ',');
      if (commas != 0) return block + pa_block_end(commas);
    }
    /* The rest is less than a block; what follows it has no commas. */
    uint64_t commas = pa_block_find(text, ',');
    return commas != 0 ? pa_block_end(commas) : 0;
  }
  while (end > 0 && text[end - 1] != ',')
    end--;
  return end;
}

static inline bool pa_hops_is_filler(pa_unit unit) {
  return unit == ',' || unit == ' ';
}

/*
 * The offset after the last unit before `end` that is neither a comma nor a
 * space; 0 if there is none. With it, skipping thousands of commas and spaces
 * costs little more than reading them.
 */
static inline size_t pa_hops_skip(const pa_unit *text, size_t end) {
  while (end >= PA_BLOCK_UNITS) {
    const pa_unit *block = text + end - PA_BLOCK_UNITS;
    if ((pa_block_find(block, ',') | pa_block_find(block, ' ')) != PA_BLOCK_ALL)
      break;
    end -= PA_BLOCK_UNITS;
  }
  while (end > 0 && pa_hops_is_filler(text[end - 1]))
    end--;
  return end;
}

/**
 * Steps one entry to the left.
 *
 * @param out  receives the entry; untouched if there is none
 * @return false when there are no more entries
 */
static inline bool pa_hops_next(pa_hops *hops, pa_slice *out) {
  size_t end = hops->rest;
  if (end > 0 && pa_hops_is_filler(hops->text[end - 1]))
    end = pa_hops_skip(hops->text, end);
  hops->rest = 0;
  if (end == 0) return false;
  pa_slice slice = {pa_hops_start(hops->text, end), end};
  if (slice.start > 0) hops->rest = slice.start - 1;
  *out = pa_hops_trim(hops->text, slice);
  return true;
}

#ifdef __cplusplus
}
#endif

#endif
