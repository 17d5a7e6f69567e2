/* entries: a trust list, read entry by entry. */
#include "entries.h"

/* Do the first `length` bits of `width` agree? */
static bool agree(uint64_t one, uint64_t other, unsigned length,
                  unsigned width) {
  return length == 0 || (one ^ other) >> (width - length) == 0;
}

bool pa_subnet_has(const pa_subnet *subnet, const pa_address *address) {
  unsigned length = subnet->length;
  if (subnet->family != address->family) return false;
  if (subnet->family == PA_IPV4)
    return agree(subnet->low, address->low, length, 32);
  return agree(subnet->high, address->high, length < 64 ? length : 64, 64) &&
         agree(subnet->low, address->low, length < 64 ? 0 : length - 64, 64);
}

static bool find_subnet(const pa_unit *text, size_t length,
                        const pa_address *address, size_t *out) {
  pa_subnet subnet[PA_SUBNETS_PER_ENTRY];
  size_t count = 0;
  if (pa_subnet_parse(text, length, subnet, &count) != PA_OK) return false;
  for (size_t i = 0; i < count; i++) {
    if (pa_subnet_has(&subnet[i], address)) {
      *out = i;
      return true;
    }
  }
  return false;
}

bool pa_entries_find(const pa_entries *entries, const pa_address *address,
                     pa_match *out) {
  const pa_unit *text = entries->text;
  size_t rest = entries->text_length;
  for (size_t i = 0; i < entries->count; i++) {
    size_t length = entries->length[i] < rest ? entries->length[i] : rest;
    if (find_subnet(text, length, address, &out->subnet)) {
      out->entry = i;
      return true;
    }
    text += length;
    rest -= length;
  }
  return false;
}
