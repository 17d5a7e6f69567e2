/* resolve: the walk from the peer towards the client. */
#include "resolve.h"

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
