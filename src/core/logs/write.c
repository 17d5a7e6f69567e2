/* write: writes a line with its client, or a record for comparing. */
#include "log.h"

#include <string.h>

/* More than all columns but the client need, and than a record's numbers. */
#define COLUMNS_ROOM 512
/* The most bytes for a byte of foreign text, in an object or a record. */
#define ESCAPED 6

static const char *const REASONS[] = {
    "no-peer",       "direct",          "forwarded",
    "all-trusted",   "no-header",       "provider",
    "invalid-entry", "chain-too-short", "chain-too-long"};

static const char *const COLUMN_NAMES[] = {"client", "reason", "hop",
                                           "protocol"};

size_t pa_log_room(const pa_log *log, size_t length, bool is_readable) {
  bool escapes = log->output >= PA_OUTPUT_RSYSLOG;
  if (!is_readable) return length + COLUMNS_ROOM;
  return (escapes ? ESCAPED + 1 : 2) * length + COLUMNS_ROOM;
}

static uint8_t *put_bytes(pa_bytes bytes, uint8_t *out) {
  while (bytes.end - bytes.at >= PA_BYTES_BLOCK) {
    memcpy(out, bytes.at, PA_BYTES_BLOCK);
    out += PA_BYTES_BLOCK;
    bytes.at += PA_BYTES_BLOCK;
  }
  while (bytes.at < bytes.end)
    *out++ = *bytes.at++;
  return out;
}

static uint8_t *put_text(const char *text, uint8_t *out) {
  while (*text != '\0')
    *out++ = (uint8_t)*text++;
  return out;
}

static uint8_t *put_number(size_t number, uint8_t *out) {
  uint8_t digit[20];
  size_t count = 0;
  do {
    digit[count++] = (uint8_t)('0' + number % 10);
    number /= 10;
  } while (number > 0);
  while (count > 0)
    *out++ = digit[--count];
  return out;
}

static bool is_json(const pa_log *log) {
  return log->format.kind == PA_LINE_JSON;
}

static uint8_t separator(const pa_log *log) {
  switch (log->format.kind) {
  case PA_LINE_TSV:
  case PA_LINE_CLOUDFRONT: return '\t';
  case PA_LINE_CSV: return ',';
  default: return ' ';
  }
}

static uint8_t *put_units(const pa_derived *client, uint8_t *out) {
  for (size_t i = 0; i < client->length; i++)
    *out++ = (uint8_t)client->unit[i];
  return out;
}

/* Writes the client: its text in the log, or its canonical text. */
static uint8_t *put_client(const pa_derived *client, uint8_t *out) {
  if (!client->has_client) return out;
  return client->unit != NULL ? put_units(client, out)
                              : put_bytes(client->raw, out);
}

static bool is_forwarded(const pa_log *log) {
  return log->setting[0].kind == PA_SETTING_STRICT &&
         (log->setting[0].policy.flags & PA_POLICY_FORWARDED) != 0;
}

static const char *protocol(const pa_log *log, const pa_written_line *line) {
  const pa_derived *derived = line->derived;
  if (!is_forwarded(log))
    return derived->is_behind_proxy ? pa_line_protocol(line->fields) : NULL;
  return derived->proto == NULL
             ? NULL
             : pa_protocol_of(derived->proto, derived->proto_length);
}

/* In CSV, a client that is not an address may need the quotes around it. */
static uint8_t *put_csv_client(const pa_written_line *line, uint8_t *out) {
  bool is_quoted = line->fields->is_quoted && line->derived->has_client &&
                   line->derived->unit == NULL && !line->derived->is_address;
  if (is_quoted) *out++ = '"';
  out = put_client(line->derived, out);
  if (is_quoted) *out++ = '"';
  return out;
}

static uint8_t *put_column(const pa_log *log, uint32_t column,
                           const pa_written_line *line, uint8_t *out) {
  const pa_derived *derived = line->derived;
  const char *text = NULL;
  switch (column) {
  case PA_COLUMN_CLIENT:
    return log->format.kind == PA_LINE_CSV ? put_csv_client(line, out)
                                           : put_client(derived, out);
  case PA_COLUMN_REASON: return put_text(REASONS[derived->reason], out);
  case PA_COLUMN_HOP:
    return derived->has_client ? put_number(derived->hop, out) : out;
  default:
    text = protocol(log, line);
    return text == NULL ? out : put_text(text, out);
  }
}

/*
 * Writes the columns and their separators; only the separators if the line is
 * unreadable.
 */
static uint8_t *put_columns(const pa_log *log, const pa_written_line *line,
                            uint8_t *out) {
  for (uint32_t i = 0; i < log->columns; i++) {
    if (i > 0) *out++ = separator(log);
    if (line->fields != NULL) out = put_column(log, log->column[i], line, out);
  }
  return out;
}

static uint8_t *put_client_value(const pa_log *log, const pa_derived *client,
                                 uint8_t *out) {
  if (!client->has_client) return put_text("null", out);
  *out++ = '"';
  if (client->unit != NULL || is_json(log))
    out = put_client(client, out);
  else
    out = pa_write_escaped(client->raw, true, out);
  *out++ = '"';
  return out;
}

static uint8_t *put_value(const pa_log *log, uint32_t column,
                          const pa_written_line *line, uint8_t *out) {
  if (column == PA_COLUMN_CLIENT)
    return put_client_value(log, line->derived, out);
  uint8_t *start = out;
  if (column != PA_COLUMN_HOP) *out++ = '"';
  uint8_t *content = out;
  out = put_column(log, column, line, out);
  if (out == content) return put_text("null", start);
  if (column != PA_COLUMN_HOP) *out++ = '"';
  return out;
}

/* "client":"192.0.2.1","hop":1 */
static uint8_t *put_members(const pa_log *log, const pa_written_line *line,
                            uint8_t *out) {
  for (uint32_t i = 0; i < log->columns; i++) {
    if (i > 0) *out++ = ',';
    *out++ = '"';
    out = put_text(COLUMN_NAMES[log->column[i]], out);
    out = put_text("\":", out);
    out = put_value(log, log->column[i], line, out);
  }
  return out;
}

static uint8_t *write_object(const pa_log *log, const pa_written_line *line,
                             uint8_t *out) {
  bool is_rsyslog = log->output == PA_OUTPUT_RSYSLOG;
  if (line->fields == NULL) return put_bytes(line->end, put_text("{}", out));
  out = put_text(is_rsyslog ? "{\"$!\":{" : "{", out);
  out = put_members(log, line, out);
  out = put_text(is_rsyslog ? "}}" : "}", out);
  return put_bytes(line->end, out);
}

/*
 * Inserts the members after the opening brace of the object, or before its
 * closing one. An empty object has no peer, so it does not get here.
 */
static uint8_t *write_json(const pa_log *log, const pa_written_line *line,
                           uint8_t *out) {
  if (line->fields == NULL)
    return put_bytes(line->end, put_bytes(line->text, out));
  bool is_before = log->output == PA_OUTPUT_BEFORE;
  pa_bytes head = line->text, rest = line->text;
  rest.at = is_before ? pa_bytes_find(line->text, '{') + 1
                      : line->fields->object_end - 1;
  head.end = rest.at;
  out = put_bytes(head, out);
  if (!is_before) *out++ = ',';
  out = put_members(log, line, out);
  if (is_before) *out++ = ',';
  return put_bytes(line->end, put_bytes(rest, out));
}

static uint8_t *write_replaced(const pa_log *log, const pa_written_line *line,
                               uint8_t *out) {
  if (line->fields == NULL)
    return put_bytes(line->end, put_bytes(line->text, out));
  pa_bytes head = {line->text.at, line->fields->whole_peer.at};
  pa_bytes rest = {line->fields->whole_peer.end, line->text.end};
  out = put_bytes(head, out);
  out = put_column(log, PA_COLUMN_CLIENT, line, out);
  return put_bytes(line->end, put_bytes(rest, out));
}

static uint8_t *put_compared(const pa_derived *client, uint8_t *out) {
  if (!client->has_client) return out;
  return client->unit != NULL ? put_units(client, out)
                              : pa_write_escaped(client->raw, false, out);
}

static uint32_t flags_of(const pa_log *log, const pa_derived *client) {
  bool is_private = client->is_address &&
                    pa_trust_set_has(log->private_set, &client->address);
  return (is_private ? PA_IS_PRIVATE : 0U) |
         (client->is_address ? 0U : PA_IS_INVALID) |
         (client->is_forgeable ? PA_IS_FORGEABLE : 0U);
}

static uint8_t *write_compared(const pa_log *log, const pa_written_line *line,
                               uint8_t *out) {
  if (line->fields == NULL) return out;
  out = put_number(flags_of(log, &line->derived[0]) |
                       flags_of(log, &line->derived[1]) << 1 |
                       (line->has_port ? PA_HAS_PORT : 0U),
                   out);
  *out++ = ' ';
  out = put_number(line->place, out);
  *out++ = ' ';
  out = put_number(pa_bytes_length(line->text), out);
  *out++ = '\t';
  out = put_compared(&line->derived[0], out);
  *out++ = '\t';
  out = put_compared(&line->derived[1], out);
  *out++ = '\n';
  return out;
}

static uint8_t *write_fields(const pa_written_line *line, uint8_t *out) {
  if (line->fields == NULL) return out;
  for (uint32_t i = 0; i < line->peer->text_length; i++)
    *out++ = (uint8_t)line->peer->unit[i];
  *out++ = '\t';
  out = pa_write_escaped(line->fields->field[PA_FIELD_HEADER], false, out);
  *out++ = '\n';
  return out;
}

static uint8_t *write_columns(const pa_log *log, const pa_written_line *line,
                              uint8_t *out) {
  if (log->output == PA_OUTPUT_ALONE)
    return put_bytes(line->end, put_columns(log, line, out));
  if (log->output == PA_OUTPUT_BEFORE) {
    out = put_columns(log, line, out);
    *out++ = separator(log);
    return put_bytes(line->end, put_bytes(line->text, out));
  }
  out = put_bytes(line->text, out);
  /* A line that is passed on in pieces gets no columns. */
  if (pa_bytes_length(line->text) <= PA_LINE_LONGEST) {
    *out++ = separator(log);
    out = put_columns(log, line, out);
  }
  return put_bytes(line->end, out);
}

uint8_t *pa_log_write(const pa_log *log, const pa_written_line *line,
                      uint8_t *out) {
  switch (log->output) {
  case PA_OUTPUT_REPLACE: return write_replaced(log, line, out);
  case PA_OUTPUT_RSYSLOG: return write_object(log, line, out);
  case PA_OUTPUT_COMPARE: return write_compared(log, line, out);
  case PA_OUTPUT_FIELDS: return write_fields(line, out);
  case PA_OUTPUT_ALONE:
    if (is_json(log)) return write_object(log, line, out);
    return write_columns(log, line, out);
  default:
    return is_json(log) ? write_json(log, line, out)
                        : write_columns(log, line, out);
  }
}
