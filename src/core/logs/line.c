/* line: finds the fields of all formats but JSON. */
#include "line.h"

#include "../grammar.h"

/* The number of the pair of quotes around the header in the combined format. */
#define HEADER_QUOTES 4

static const pa_bytes ABSENT = {NULL, NULL};

static pa_bytes from_to(const uint8_t *at, const uint8_t *end) {
  return (pa_bytes){at, end};
}

/* Returns whether a quote is escaped, by an odd number of backslashes. */
static bool is_escaped(const uint8_t *first, const uint8_t *at) {
  const uint8_t *start = at;
  while (start > first && start[-1] == '\\')
    start--;
  return ((at - start) & 1) != 0;
}

/* Returns the next quote that is not escaped; `end` if there is none. */
static const uint8_t *find_quote(pa_bytes rest) {
  pa_bytes searched = rest;
  for (;;) {
    searched.at = pa_bytes_find(searched, '"');
    if (searched.at == rest.end || !is_escaped(rest.at, searched.at))
      return searched.at;
    searched.at++;
  }
}

static bool read_combined(pa_bytes line, pa_line *out) {
  pa_bytes rest = line;
  rest.at = pa_bytes_find(line, ' ');
  out->whole_peer = out->field[PA_FIELD_PEER] = from_to(line.at, rest.at);
  for (int quotes = 1;; quotes++) {
    rest.at = find_quote(rest);
    if (rest.at == rest.end) return false;
    rest.at++;
    const uint8_t *start = rest.at;
    rest.at = find_quote(rest);
    if (rest.at == rest.end) return false;
    if (quotes == HEADER_QUOTES) {
      out->field[PA_FIELD_HEADER] = from_to(start, rest.at);
      out->escape = PA_ESCAPE_BACKSLASH;
      return true;
    }
    rest.at++;
  }
}

/* Stores a column as the fields that the format assigns to it. */
static void keep(const pa_format *format, uint32_t column, pa_bytes field,
                 pa_line *out) {
  for (int i = 0; i < PA_FIELDS; i++) {
    if (format->column[i] == column) out->field[i] = field;
  }
}

static uint32_t last_column(const pa_format *format) {
  uint32_t last = 0;
  for (int i = 0; i < PA_FIELDS; i++) {
    if (format->column[i] > last) last = format->column[i];
  }
  return last;
}

static bool read_tsv(const pa_format *format, pa_bytes line, pa_line *out) {
  uint32_t last = last_column(format);
  for (uint32_t column = 1; column <= last; column++) {
    const uint8_t *end = pa_bytes_find(line, '\t');
    keep(format, column, from_to(line.at, end), out);
    if (end == line.end) break;
    line.at = end + 1;
  }
  out->whole_peer = out->field[PA_FIELD_PEER];
  out->escape =
      format->kind == PA_LINE_CLOUDFRONT ? PA_ESCAPE_PERCENT : PA_ESCAPE_NONE;
  return true;
}

/*
 * Returns the address of the quote that closes a field; NULL if there is none.
 */
static const uint8_t *quoted_end(pa_bytes rest) {
  for (;;) {
    rest.at = pa_bytes_find(rest, '"');
    if (rest.at == rest.end) return NULL;
    if (rest.at + 1 == rest.end || rest.at[1] != '"') return rest.at;
    rest.at += 2;
  }
}

static bool read_csv(const pa_format *format, pa_bytes line, pa_line *out) {
  for (uint32_t column = 1;; column++) {
    bool is_quoted = line.at < line.end && *line.at == '"';
    pa_bytes rest = {line.at + is_quoted, line.end};
    const uint8_t *end =
        is_quoted ? quoted_end(rest) : pa_bytes_find(line, ',');
    if (end == NULL) return false;
    pa_bytes field = from_to(rest.at, end);
    if (!is_quoted && pa_bytes_find(field, '"') != field.end) return false;
    end += is_quoted;
    if (end < line.end && *end != ',') return false;
    keep(format, column, field, out);
    if (column == format->column[PA_FIELD_PEER])
      out->whole_peer = from_to(line.at, end);
    if (column == format->column[PA_FIELD_HEADER]) out->is_quoted = is_quoted;
    if (end == line.end) break;
    line.at = end + 1;
  }
  out->escape = PA_ESCAPE_DOUBLED;
  return true;
}

/* "… 10.0.0.1:33317 [06/Feb/…] … {captured|headers} {of the response} …" */
static bool read_haproxy(const pa_format *format, pa_bytes line, pa_line *out) {
  const uint8_t *date = line.at;
  do {
    date = pa_bytes_find(from_to(date, line.end), '[');
    if (date == line.end) return false;
    date++;
  } while (date - line.at < 2 || date[-2] != ' ');
  const uint8_t *end = date - 2, *start = end;
  while (start > line.at && start[-1] != ' ')
    start--;
  out->whole_peer = out->field[PA_FIELD_PEER] = from_to(start, end);
  pa_bytes rest = {pa_bytes_find(from_to(date, line.end), '{'), line.end};
  if (rest.at == line.end) return false;
  rest.at++;
  rest.end = pa_bytes_find(rest, '}');
  if (rest.end == line.end) return false;
  for (uint32_t i = 1;; i++) {
    const uint8_t *bar = pa_bytes_find(rest, '|');
    keep(format, i, from_to(rest.at, bar), out);
    if (bar == rest.end) break;
    rest.at = bar + 1;
  }
  out->escape = PA_ESCAPE_HASH;
  return true;
}

/* Returns whether the field stands for a header that was not sent. */
static bool is_nothing(pa_line_kind kind, pa_bytes field) {
  if (field.at == field.end) return true;
  if (kind == PA_LINE_HAPROXY || kind == PA_LINE_JSON) return false;
  return pa_bytes_are(field, '-') ||
         (kind == PA_LINE_TSV &&
          pa_bytes_equal(field, (const uint8_t *)"\\N", 2));
}

static bool read_fields(const pa_format *format, pa_bytes line, pa_line *out) {
  switch (format->kind) {
  case PA_LINE_COMBINED: return read_combined(line, out);
  case PA_LINE_CSV: return read_csv(format, line, out);
  case PA_LINE_HAPROXY: return read_haproxy(format, line, out);
  case PA_LINE_JSON: return pa_json_read(format, line, out);
  default: return read_tsv(format, line, out);
  }
}

bool pa_line_read(const pa_format *format, pa_bytes line, pa_line *out) {
  *out = (pa_line){.object_end = NULL};
  if (!read_fields(format, line, out)) return false;
  pa_bytes *header = &out->field[PA_FIELD_HEADER];
  if (out->field[PA_FIELD_PEER].at == NULL) return false;
  if (header->at == NULL) return format->kind == PA_LINE_JSON;
  if (is_nothing(format->kind, *header)) *header = ABSENT;
  return true;
}

static const uint8_t *line_end(pa_bytes text, bool is_all) {
  const uint8_t *end = pa_bytes_find(text, '\n');
  return end < text.end || is_all ? end : NULL;
}

/* Returns whether a comma, a line end or the end of the text follows. */
static bool is_after_field(pa_bytes rest) {
  return rest.at == rest.end || *rest.at == ',' || *rest.at == '\n' ||
         (*rest.at == '\r' && (rest.at + 1 == rest.end || rest.at[1] == '\n'));
}

/*
 * Returns the end of a field: a comma, a line end or the end of the text; NULL
 * if its quotes are invalid in CSV. Sets `is_open` if the closing quote is
 * missing.
 */
static const uint8_t *csv_field_end(pa_bytes rest, bool *is_open) {
  if (rest.at < rest.end && *rest.at == '"') {
    rest.at++;
    const uint8_t *quote = quoted_end(rest);
    *is_open = quote == NULL;
    if (quote == NULL) return NULL;
    rest.at = quote + 1;
    if (!is_after_field(rest)) return NULL;
  }
  for (; rest.at < rest.end; rest.at++) {
    if (*rest.at == ',' || *rest.at == '\n') break;
    if (*rest.at == '"') return NULL;
  }
  return rest.at;
}

const uint8_t *pa_csv_end(pa_bytes text, bool is_all) {
  const uint8_t *first = line_end(text, is_all);
  if (first == NULL) return NULL;
  pa_bytes rest = text;
  bool is_cut = pa_bytes_length(text) > PA_LINE_LONGEST + 1;
  if (is_cut) rest.end = text.at + PA_LINE_LONGEST + 1;
  bool is_open = false;
  for (;;) {
    const uint8_t *end = csv_field_end(rest, &is_open);
    if (end == NULL) return is_open && !is_cut && !is_all ? NULL : first;
    if (end == rest.end) break;
    if (*end == '\n') return end;
    rest.at = end + 1;
  }
  if (is_cut) return first;
  return is_all ? rest.end : NULL;
}

static bool is_letter(pa_unit unit, char lower) {
  return (unit | 0x20) == (pa_unit)lower;
}

const char *pa_protocol_of(const pa_unit *unit, size_t length) {
  static const char *const names[] = {"http", "https", "ws", "wss"};
  static const size_t lengths[] = {4, 5, 2, 3};
  for (int i = 0; i < 4; i++) {
    size_t same = 0;
    while (same < length && same < lengths[i] &&
           is_letter(unit[same], names[i][same]))
      same++;
    if (same == length && same == lengths[i]) return names[i];
  }
  return NULL;
}

const char *pa_line_protocol(const pa_line *line) {
  pa_bytes field = line->field[PA_FIELD_PROTO];
  pa_unit unit[8];
  size_t length = 0;
  if (field.at == NULL) return NULL;
  field.end = pa_bytes_find(field, ',');
  while (field.at < field.end && *field.at == ' ')
    field.at++;
  while (field.at < field.end && field.end[-1] == ' ')
    field.end--;
  if (pa_bytes_length(field) > sizeof unit / sizeof *unit) return NULL;
  while (field.at < field.end)
    unit[length++] = *field.at++;
  return pa_protocol_of(unit, length);
}
