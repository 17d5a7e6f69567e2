/* hops: from the right to the left through X-Forwarded-For. */
#include "hops.h"

pa_hops pa_hops_begin(const uint8_t *text, size_t length) {
  return (pa_hops){.text = text, .rest = length};
}

/* Only U+0020 is trimmed: a tab makes an entry an unreadable address. */
static pa_slice trim(const uint8_t *text, pa_slice slice) {
  while (slice.start < slice.end && text[slice.end - 1] == ' ')
    slice.end--;
  while (slice.start < slice.end && text[slice.start] == ' ')
    slice.start++;
  return slice;
}

bool pa_hops_next(pa_hops *hops, pa_slice *out) {
  while (hops->rest > 0) {
    pa_slice slice = {hops->rest, hops->rest};
    while (slice.start > 0 && hops->text[slice.start - 1] != ',')
      slice.start--;
    hops->rest = slice.start > 0 ? slice.start - 1 : 0;
    slice = trim(hops->text, slice);
    if (slice.start < slice.end) {
      *out = slice;
      return true;
    }
  }
  return false;
}
