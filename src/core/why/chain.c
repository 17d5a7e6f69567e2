/* chain: describes a chain's addresses, and finds the entries they match. */
#include "chain.h"

/* Returns whether the first `length` of `width` bits are equal. */
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

/* Returns whether the text is an address. */
static bool describe_hop(const pa_unit *text, size_t length, pa_hop *out) {
  pa_description description;
  pa_fault fault = pa_address_describe(text, length, &description);
  *out = (pa_hop){.fault = description.fault,
                  .start = description.start,
                  .end = description.end,
                  .written = description.written,
                  .address = description.address};
  return fault == PA_FAULT_NONE;
}

/*
 * Returns whether the hop's address is in one of the subnets; if so, describes
 * the first of these in the hop.
 */
static bool match_subnets(const pa_subnet *subnet, size_t count, pa_hop *hop) {
  const uint32_t *word = hop->address.word;
  const pa_address address = {.high = (uint64_t)word[0] << 32 | word[1],
                              .low = (uint64_t)word[2] << 32 | word[3],
                              .family =
                                  hop->address.family == 4 ? PA_IPV4 : PA_IPV6};
  for (size_t i = 0; i < count; i++) {
    if (pa_subnet_has(&subnet[i], &address)) {
      pa_subnet_describe(&subnet[i], &hop->subnet);
      return true;
    }
  }
  return false;
}

void pa_chain_describe(const pa_entries *list, const pa_entries *chain,
                       pa_hop *out) {
  pa_entries rest = *chain;
  size_t open = 0;
  const pa_unit *text = NULL;
  for (size_t i = 0; i < chain->count; i++) {
    size_t length = pa_entries_take(&rest, &text);
    open += describe_hop(text, length, &out[i]);
  }
  rest = *list;
  for (size_t entry = 0; open > 0 && rest.count > 0; entry++) {
    pa_subnet subnet[PA_SUBNETS_PER_ENTRY];
    size_t count = 0, length = pa_entries_take(&rest, &text);
    /* An invalid entry has no subnets. */
    (void)pa_subnet_parse(text, length, subnet, &count);
    for (size_t i = 0; i < chain->count; i++) {
      if (out[i].address.family == 0 || out[i].entry != 0 ||
          !match_subnets(subnet, count, &out[i]))
        continue;
      out[i].entry = (uint32_t)(entry + 1);
      out[i].name = (uint32_t)pa_name_find(text, length);
      open--;
    }
  }
}
