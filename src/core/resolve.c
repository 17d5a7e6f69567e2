/* resolve: the walk from the peer towards the client. */
#include "resolve.h"

bool pa_is_trusted(const pa_trust_set *set, const uint8_t *text,
                   size_t length) {
  pa_address address;
  return pa_address_parse(text, length, &address) &&
         pa_trust_set_has(set, &address);
}

pa_client pa_resolve(const pa_trust_set *set, const uint8_t *header,
                     size_t length) {
  pa_client client = {.is_peer = true};
  pa_hops hops = pa_hops_begin(header, length);
  while (pa_hops_next(&hops, &client.client)) {
    client.is_peer = false;
    /* The leftmost entry is the answer untested: nobody stands behind it. */
    if (hops.rest == 0 ||
        !pa_is_trusted(set, header + client.client.start,
                       client.client.end - client.client.start))
      break;
  }
  client.reached_start = hops.rest == 0;
  return client;
}
