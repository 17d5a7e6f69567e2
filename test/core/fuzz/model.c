#include "model.h"

#include "input.h"

static bool is_blank(const pa_unit *text, pa_slice piece) {
  for (size_t i = piece.start; i < piece.end; i++) {
    if (text[i] != ' ') return false;
  }
  return true;
}

size_t model_split(const pa_unit *text, size_t length, pa_slice *out) {
  size_t count = 0, start = 0;
  for (size_t end = 0; end <= length; end++) {
    if (end < length && text[end] != ',') continue;
    pa_slice piece = {start, end};
    start = end + 1;
    if (is_blank(text, piece)) continue;
    while (text[piece.start] == ' ')
      piece.start++;
    while (text[piece.end - 1] == ' ')
      piece.end--;
    out[count++] = piece;
  }
  return count;
}

bool model_trusts(const list *subnets, const pa_unit *text, size_t length) {
  pa_address address;
  return pa_address_parse_full(text, length, &address) &&
         list_has(subnets, &address);
}

pa_client model_resolve(const list *subnets, const pa_unit *text,
                        size_t length) {
  pa_slice entry[INPUT_LONGEST];
  size_t count = model_split(text, length, entry);
  if (count == 0) return (pa_client){.is_peer = true};
  size_t at = count - 1;
  while (at > 0 && model_trusts(subnets, text + entry[at].start,
                                entry[at].end - entry[at].start))
    at--;
  return (pa_client){.entry = entry[at]};
}
