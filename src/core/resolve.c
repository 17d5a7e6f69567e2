/* resolve: a trust list -> its set; the walk from the peer to the client. */
#include "resolve.h"

static pa_error add_entry(pa_builder *builder, const pa_unit *text,
                          size_t length) {
  pa_subnet subnet[PA_SUBNETS_PER_ENTRY];
  size_t count = 0;
  pa_error error = pa_subnet_parse(text, length, subnet, &count);
  for (size_t i = 0; error == PA_OK && i < count; i++)
    error = pa_builder_add(builder, &subnet[i]);
  return error;
}

pa_error pa_compile(const pa_entries *entries, pa_trust_set **out,
                    size_t *entry) {
  pa_builder builder = {0};
  pa_entries rest = *entries;
  pa_error error = PA_OK;
  while (error == PA_OK && rest.count > 0) {
    const pa_unit *text = NULL;
    size_t length = pa_entries_take(&rest, &text);
    error = add_entry(&builder, text, length);
  }
  if (error == PA_ERR_ADDRESS || error == PA_ERR_RANGE)
    *entry = entries->count - rest.count - 1;
  if (error == PA_OK) error = pa_builder_finish(&builder, out);
  pa_builder_dispose(&builder);
  return error;
}

bool pa_is_trusted(const pa_trust_set *set, const pa_unit *text,
                   size_t length) {
  pa_address address;
  return pa_address_parse(text, length, &address) &&
         pa_trust_set_has(set, &address);
}

pa_client pa_resolve(const pa_trust_set *set, const pa_unit *header,
                     size_t length) {
  pa_hops hops = pa_hops_begin(header, length);
  pa_slice hop = {0, 0};
  while (pa_hops_next(&hops, &hop)) {
    /* The leftmost entry is the answer without a test: no hop follows it. */
    if (hops.rest == 0 ||
        !pa_is_trusted(set, header + hop.start, hop.end - hop.start))
      break;
  }
  return (pa_client){
      .entry = hop, .is_peer = hop.end == 0, .reached_start = hops.rest == 0};
}
