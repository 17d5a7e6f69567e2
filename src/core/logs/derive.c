/* derive: finds the client of a line, by either rule. */
#include "log.h"

static pa_escape escape_of_peer(pa_line_kind kind) {
  switch (kind) {
  case PA_LINE_JSON: return PA_ESCAPE_JSON;
  case PA_LINE_COMBINED: return PA_ESCAPE_BACKSLASH;
  case PA_LINE_CLOUDFRONT: return PA_ESCAPE_PERCENT;
  default: return PA_ESCAPE_NONE;
  }
}

/* Returns the part of a node's text without brackets and port. */
static pa_slice without_port(const pa_unit *text, size_t length) {
  size_t colon = length;
  if (text[0] == '[') {
    size_t end = 1;
    while (end < length && text[end] != ']')
      end++;
    return (pa_slice){1, end};
  }
  for (size_t i = 0; i < length; i++) {
    if (text[i] != ':') continue;
    if (colon < length) return (pa_slice){0, length};
    colon = i;
  }
  return (pa_slice){0, colon};
}

#define PEER_PARTS (PA_NODE_BRACKETS | PA_NODE_PORT | PA_NODE_ZONE)

static void read_peer(pa_log *log, pa_bytes raw, pa_log_peer *out) {
  pa_unit unit[sizeof out->unit / sizeof *out->unit];
  pa_node node;
  size_t length = 0;
  pa_escape escape = escape_of_peer(log->format.kind);
  out->is_readable = false;
  while (raw.at < raw.end) {
    if (length == sizeof unit / sizeof *unit) return;
    raw.at = pa_unescape(escape, raw, &unit[length++]);
  }
  if (length == 0 || !pa_node_parse(unit, length, PEER_PARTS, &node)) return;
  pa_slice text = without_port(unit, length);
  out->is_readable = true;
  out->address = node.address;
  out->text_length = (uint8_t)(text.end - text.start);
  for (size_t i = 0; i < out->text_length; i++)
    out->unit[i] = unit[text.start + i];
  for (uint32_t i = 0; i < log->settings; i++) {
    const pa_setting *setting = &log->setting[i];
    out->is_trusted[i] =
        setting->kind == PA_SETTING_LIST
            ? pa_is_trusted(setting->set, out->unit, out->text_length)
            : setting->hops > 0;
  }
}

/* A hash of the bytes that differ most between addresses of one network. */
static size_t place_of(pa_bytes raw) {
  size_t length = pa_bytes_length(raw);
  if (length < 3) return 0;
  return (raw.end[-1] ^ (size_t)raw.end[-2] << 3 ^ (size_t)raw.end[-3] << 1 ^
          length) %
         PA_LOG_PEERS;
}

const pa_log_peer *pa_log_peer_read(pa_log *log, pa_bytes raw) {
  size_t length = pa_bytes_length(raw);
  bool is_kept = length <= sizeof log->peer->raw;
  pa_log_peer *peer = &log->peer[is_kept ? place_of(raw) : PA_LOG_PEERS];
  if (is_kept && pa_bytes_equal(raw, peer->raw, peer->raw_length)) return peer;
  peer->raw_length = is_kept ? (uint8_t)length : 0;
  for (size_t i = 0; i < peer->raw_length; i++)
    peer->raw[i] = raw.at[i];
  read_peer(log, raw, peer);
  return peer;
}

/* Only this many of a header's last bytes are widened at first. */
#define TAIL 256

/* The byte with which an escape begins; 0 if there are none. */
static uint8_t first_of(pa_escape escape) {
  switch (escape) {
  case PA_ESCAPE_BACKSLASH:
  case PA_ESCAPE_JSON: return '\\';
  case PA_ESCAPE_PERCENT: return '%';
  case PA_ESCAPE_HASH: return '#';
  case PA_ESCAPE_DOUBLED: return '"';
  default: return 0;
  }
}

/* Widens the bytes from an offset on. */
static void widen(pa_log *log, pa_log_header *header, size_t from) {
  const uint8_t *at = header->raw.at + from;
  header->left_out = from;
  header->length = (size_t)(header->raw.end - at);
  for (size_t i = 0; i < header->length; i++)
    log->scratch[i] = at[i];
}

pa_log_header pa_log_header_read(pa_log *log, const pa_line *line) {
  pa_log_header header = {.raw = line->field[PA_FIELD_HEADER],
                          .escape = line->escape,
                          .unit = log->scratch};
  if (header.raw.at == NULL) return header;
  uint8_t first = first_of(line->escape);
  size_t length = pa_bytes_length(header.raw);
  header.is_decoded =
      line->escape == PA_ESCAPE_ARRAY ||
      (first != 0 && pa_bytes_find(header.raw, first) != header.raw.end);
  if (!header.is_decoded) {
    widen(log, &header, length > TAIL ? length - TAIL : 0);
    return header;
  }
  for (pa_bytes rest = header.raw; rest.at < rest.end; header.length++) {
    pa_unit *unit = &log->scratch[header.length];
    rest.at = pa_unescape(line->escape, rest, unit);
    /* A line feed would end a line of Forwarded. No address has it, or NUL. */
    if (*unit == '\n') *unit = 0;
  }
  return header;
}

/* Returns where a unit of a decoded header begins in the log. */
static const uint8_t *place_in_log(const pa_log_header *header, size_t unit) {
  pa_bytes rest = header->raw;
  pa_unit skipped;
  for (; unit > 0; unit--)
    rest.at = pa_unescape(header->escape, rest, &skipped);
  return rest.at;
}

static bool is_trusted(const pa_setting *setting, uint32_t hop,
                       const pa_unit *text, size_t length) {
  return setting->kind == PA_SETTING_LIST
             ? pa_is_trusted(setting->set, text, length)
             : hop < setting->hops;
}

/* The walk of resolve.h, which here can also trust hops by their number. */
static pa_slice walk_hops(const pa_setting *setting,
                          const pa_log_header *header, uint32_t *hop,
                          bool *reached_start) {
  pa_hops hops = pa_hops_begin(header->unit, header->length);
  pa_slice entry = {0, 0};
  *hop = 0;
  while (pa_hops_next(&hops, &entry)) {
    ++*hop;
    if (hops.rest == 0 || !is_trusted(setting, *hop, header->unit + entry.start,
                                      entry.end - entry.start))
      break;
  }
  *reached_start = hops.rest == 0;
  return entry;
}

/* Takes the peer as the client. */
static void take_peer(const pa_log_peer *peer, pa_derived *out) {
  out->unit = peer->unit;
  out->length = peer->text_length;
  out->is_address = true;
  out->address = peer->address;
  out->is_peer = true;
  out->hop = 0;
}

static void judge_entry(const pa_setting *setting, const pa_unit *text,
                        size_t length, pa_derived *out) {
  out->is_address = pa_address_parse(text, length, &out->address);
  out->is_forgeable = is_trusted(setting, out->hop, text, length);
  out->reason = !out->is_address    ? PA_REASON_INVALID_ENTRY
                : out->is_forgeable ? PA_REASON_ALL_TRUSTED
                                    : PA_REASON_FORWARDED;
}

/* Takes an entry of the header as the client. */
static void take_entry(const pa_log *log, const pa_setting *setting,
                       const pa_log_header *header, pa_slice entry,
                       pa_derived *out) {
  const pa_unit *text = header->unit + entry.start;
  size_t length = entry.end - entry.start;
  if (log->judges || header->is_decoded)
    judge_entry(setting, text, length, out);
  if (!header->is_decoded) {
    out->raw.at = header->raw.at + header->left_out + entry.start;
    out->raw.end = header->raw.at + header->left_out + entry.end;
  } else if (out->is_address) {
    out->unit = text;
    out->length = length;
  } else {
    out->raw.at = place_in_log(header, entry.start);
    out->raw.end = place_in_log(header, entry.end);
  }
}

static void derive_leniently(pa_log *log, uint32_t which,
                             const pa_log_peer *peer, pa_log_header *header,
                             pa_derived *out) {
  const pa_setting *setting = &log->setting[which];
  bool reached_start = false;
  out->has_client = true;
  out->is_behind_proxy = peer->is_trusted[which];
  out->reason = PA_REASON_DIRECT;
  if (!out->is_behind_proxy) {
    take_peer(peer, out);
    return;
  }
  pa_slice entry = walk_hops(setting, header, &out->hop, &reached_start);
  if (reached_start && header->left_out > 0) {
    widen(log, header, 0);
    entry = walk_hops(setting, header, &out->hop, &reached_start);
  }
  if (entry.end > 0) {
    take_entry(log, setting, header, entry, out);
    return;
  }
  take_peer(peer, out);
  out->reason = PA_REASON_NO_HEADER;
  out->is_forgeable = true;
}

/* Takes what does not depend on the client's hop from a strict answer. */
static void take_answer(const pa_answer *answer, const pa_log_header *header,
                        pa_derived *out) {
  out->reason = (pa_reason)answer->reason;
  out->is_behind_proxy = answer->trusted > 0;
  out->is_forgeable = answer->reason == PA_REASON_ALL_TRUSTED ||
                      answer->reason == PA_REASON_NO_HEADER ||
                      answer->reason == PA_REASON_CHAIN_TOO_SHORT;
  out->has_client = answer->client != PA_NONE;
  if (answer->proto_start == PA_NONE) return;
  out->proto = header->unit + answer->proto_start;
  out->proto_length = answer->proto_end - answer->proto_start;
}

/* Takes the canonical text of the client's hop. */
static void take_hop(pa_setting *setting, const pa_unit *text,
                     pa_derived *out) {
  const pa_answer_hop *hop = &setting->answer->hop[out->hop];
  out->unit = text + hop->bare_start;
  out->length = hop->bare_end - hop->bare_start;
  if (hop->length == 0) return;
  out->unit = setting->text;
  out->length = hop->length;
  for (uint32_t i = 0; i < hop->length; i++)
    setting->text[i] = (pa_unit)hop->unit[i];
  for (uint32_t i = hop->zone_start;
       i < hop->zone_end && out->length < PA_FORMAT_LONGEST + 64; i++)
    setting->text[out->length++] = text[i];
}

static void derive_strictly(pa_log *log, uint32_t which,
                            const pa_log_peer *peer, pa_log_header *header,
                            pa_derived *out) {
  pa_setting *setting = &log->setting[which];
  if (header->left_out > 0) widen(log, header, 0);
  const pa_request request = {.peer = peer->unit,
                              .peer_length = peer->text_length,
                              .kind = PA_PEER_SOCKET,
                              .header = header->unit,
                              .header_length = header->length,
                              .refused = PA_NONE};
  pa_walk walk = {.policy = &setting->policy,
                  .request = &request,
                  .answer = setting->answer};
  pa_walk_chain(&walk);
  (void)pa_walk_next_from(&walk);
  take_answer(setting->answer, header, out);
  if (!out->has_client) return;
  out->hop = setting->answer->client;
  out->is_peer = out->hop == 0;
  take_hop(setting, out->is_peer ? peer->unit : header->unit, out);
  out->is_address = pa_address_parse(out->unit, out->length, &out->address);
}

void pa_log_derive(pa_log *log, uint32_t setting, const pa_log_peer *peer,
                   pa_log_header *header, pa_derived *out) {
  *out = (pa_derived){.is_address = false};
  if (log->setting[setting].kind == PA_SETTING_STRICT)
    derive_strictly(log, setting, peer, header, out);
  else
    derive_leniently(log, setting, peer, header, out);
}

bool pa_log_has_port(pa_log *log, pa_log_header *header) {
  pa_slice entry;
  pa_node node;
  if (header->left_out > 0) widen(log, header, 0);
  pa_hops hops = pa_hops_begin(header->unit, header->length);
  while (pa_hops_next(&hops, &entry)) {
    if (pa_node_parse(header->unit + entry.start, entry.end - entry.start,
                      PEER_PARTS, &node) &&
        node.port != PA_NO_PORT)
      return true;
  }
  return false;
}
