/* answer: writes what was found as numbers. */
#include "answer.h"

void pa_answer_begin(pa_answer *answer) {
  *answer = (pa_answer){.client = PA_NONE,
                        .proto_start = PA_NONE,
                        .proto_end = PA_NONE,
                        .host_start = PA_NONE,
                        .host_end = PA_NONE};
}

void pa_answer_add(pa_answer *answer, pa_slice whole, const pa_node *node) {
  pa_answer_hop *out = &answer->hop[answer->hops++];
  out->start = (uint32_t)whole.start;
  out->end = (uint32_t)whole.end;
  out->bare_start = (uint32_t)node->bare.start;
  out->bare_end = (uint32_t)node->bare.end;
  out->zone_start = (uint32_t)node->zone.start;
  out->zone_end = (uint32_t)node->zone.end;
  out->port = node->port;
  out->family = node->address.family == PA_IPV4 ? 4 : 6;
  out->length = 0;
}

void pa_answer_add_nameless(pa_answer *answer) {
  pa_answer_hop *out = &answer->hop[answer->hops++];
  out->start = out->end = out->bare_start = out->bare_end = 0;
  out->zone_start = out->zone_end = 0;
  out->port = PA_NONE;
  out->family = 0;
  out->length = 0;
}

static bool is_same(const pa_unit *one, const pa_unit *other, size_t length) {
  for (size_t i = 0; i < length; i++) {
    if (one[i] != other[i]) return false;
  }
  return true;
}

size_t pa_node_format(const pa_unit *text, const pa_node *node,
                      pa_unit canonical[PA_FORMAT_LONGEST]) {
  pa_slice bare = node->bare;
  size_t end = node->zone.end > 0 ? node->zone.start : bare.end;
  /* Strict dotted text has only one spelling, so it is canonical. */
  if (node->address.family == PA_IPV4 && !node->address.mapped && bare.end > 0)
    return 0;
  size_t length = pa_address_format(&node->address, canonical);
  bool is_canonical = end - bare.start == length &&
                      is_same(text + bare.start, canonical, length);
  return is_canonical ? 0 : length;
}

void pa_answer_show(pa_answer_hop *hop, const pa_unit *text,
                    const pa_node *node) {
  pa_unit canonical[PA_FORMAT_LONGEST];
  size_t length = pa_node_format(text, node, canonical);
  hop->length = (uint32_t)length;
  for (size_t i = 0; i < length; i++)
    hop->unit[i] = canonical[i];
}
