/*
 * json: reads a line that is an object, and the values at paths of keys. Checks
 * the whole line against RFC 8259, so that a truncated object is not read. If a
 * key occurs twice, the last one counts, as with JSON.parse().
 */
#include "line.h"

#include "../grammar.h"

/* Deeper objects are not read. */
#define DEEPEST 256

/* The state of reading a line. */
typedef struct {
  const pa_format *format;
  pa_bytes rest;
  pa_line *out;
  uint32_t depth;
  /* For each field, how many keys of its path match the enclosing objects. */
  uint32_t matched[PA_FIELDS];
  /* A bit for each field whose value is of a kind that is not accepted. */
  uint32_t wrong;
  /* whether each level is an array */
  bool is_array[DEEPEST + 1];
} reading;

static void skip_blanks(reading *now) {
  pa_bytes *rest = &now->rest;
  while (rest->at < rest->end && (*rest->at == ' ' || *rest->at == '\t' ||
                                  *rest->at == '\r' || *rest->at == '\n'))
    rest->at++;
}

static bool take(reading *now, uint8_t byte) {
  if (now->rest.at == now->rest.end || *now->rest.at != byte) return false;
  now->rest.at++;
  return true;
}

/* Skips the escape after a backslash; returns false if it is invalid. */
static bool skip_escape(pa_bytes *rest) {
  if (rest->at == rest->end) return false;
  uint8_t kind = *rest->at++;
  if (kind != 'u')
    return kind == '"' || kind == '\\' || kind == '/' || kind == 'b' ||
           kind == 'f' || kind == 'n' || kind == 'r' || kind == 't';
  for (int i = 0; i < 4; i++, rest->at++) {
    if (rest->at == rest->end || pa_hex_value(*rest->at) == PA_NOT_HEX)
      return false;
  }
  return true;
}

/* Reads a string up to its closing quote. The opening one has been read. */
static bool read_text(reading *now, pa_bytes *out) {
  pa_bytes *rest = &now->rest;
  out->at = rest->at;
  while (rest->at < rest->end) {
    uint8_t byte = *rest->at++;
    if (byte == '"') {
      out->end = rest->at - 1;
      return true;
    }
    if (byte < ' ' || (byte == '\\' && !skip_escape(rest))) return false;
  }
  return false;
}

static size_t skip_digits(reading *now) {
  const uint8_t *start = now->rest.at;
  while (now->rest.at < now->rest.end && pa_is_digit(*now->rest.at))
    now->rest.at++;
  return (size_t)(now->rest.at - start);
}

static bool skip_number(reading *now) {
  (void)take(now, '-');
  if (!take(now, '0') && skip_digits(now) == 0) return false;
  if (take(now, '.') && skip_digits(now) == 0) return false;
  if (!take(now, 'e') && !take(now, 'E')) return true;
  if (!take(now, '+')) (void)take(now, '-');
  return skip_digits(now) > 0;
}

static bool skip_word(reading *now, const char *word, size_t length) {
  pa_bytes start = now->rest;
  if (pa_bytes_length(start) < length) return false;
  start.end = start.at + length;
  now->rest.at = start.end;
  return pa_bytes_equal(start, (const uint8_t *)word, length);
}

/* Clears a field, or all fields whose path goes through this value. */
static void begin_value(reading *now, uint32_t fields) {
  for (int i = 0; i < PA_FIELDS; i++) {
    if ((fields >> i & 1) == 0) continue;
    now->out->field[i] = (pa_bytes){NULL, NULL};
    now->wrong &= ~(UINT32_C(1) << i);
  }
}

/* Returns whether the value is the field's own, not an object around it. */
static bool is_own(const reading *now, int field) {
  return now->format->path[field].keys == now->depth;
}

static void keep_text(reading *now, uint32_t fields, pa_bytes text) {
  for (int i = 0; i < PA_FIELDS; i++) {
    if ((fields >> i & 1) == 0 || !is_own(now, i)) continue;
    now->out->field[i] = text;
    if (i == PA_FIELD_HEADER) now->out->escape = PA_ESCAPE_JSON;
  }
}

static void refuse(reading *now, uint32_t fields) {
  for (int i = 0; i < PA_FIELDS; i++) {
    if ((fields >> i & 1) != 0 && is_own(now, i))
      now->wrong |= UINT32_C(1) << i;
  }
}

/*
 * Checks whether an array has nothing but strings, without consuming it. If so,
 * the header extends from within the first to within the last.
 */
static void keep_array(reading *now, uint32_t fields) {
  reading ahead = *now;
  pa_bytes text, all = {NULL, NULL};
  bool is_header =
      (fields >> PA_FIELD_HEADER & 1) != 0 && is_own(now, PA_FIELD_HEADER);
  if (is_header) fields &= ~(UINT32_C(1) << PA_FIELD_HEADER);
  refuse(now, fields);
  if (!is_header) return;
  skip_blanks(&ahead);
  if (take(&ahead, ']')) return;
  do {
    skip_blanks(&ahead);
    if (!take(&ahead, '"') || !read_text(&ahead, &text)) {
      now->wrong |= UINT32_C(1) << PA_FIELD_HEADER;
      return;
    }
    if (all.at == NULL) all.at = text.at;
    all.end = text.end;
    skip_blanks(&ahead);
  } while (take(&ahead, ','));
  now->out->field[PA_FIELD_HEADER] = all;
  now->out->escape = PA_ESCAPE_ARRAY;
}

static bool open_level(reading *now, bool is_array, uint32_t fields) {
  if (now->depth == DEEPEST) return false;
  if (is_array)
    keep_array(now, fields);
  else
    refuse(now, fields);
  for (int i = 0; !is_array && i < PA_FIELDS; i++) {
    if ((fields >> i & 1) != 0 && !is_own(now, i)) now->matched[i] = now->depth;
  }
  now->is_array[++now->depth] = is_array;
  return true;
}

static void close_level(reading *now) {
  now->depth--;
  for (int i = 0; i < PA_FIELDS; i++) {
    if (now->depth > 0 && now->matched[i] >= now->depth)
      now->matched[i] = now->depth - 1;
  }
}

/* Returns whether the decoded key equals one of a path. */
static bool is_key(pa_bytes key, const uint8_t *wanted, size_t length) {
  for (size_t i = 0; i < length; i++) {
    pa_unit unit;
    if (key.at == key.end) return false;
    key.at = pa_unescape(PA_ESCAPE_JSON, key, &unit);
    if (unit != wanted[i]) return false;
  }
  return key.at == key.end;
}

/* A bit for each field whose path continues with this key. */
static uint32_t match_key(const reading *now, pa_bytes key) {
  uint32_t fields = 0;
  for (int i = 0; i < PA_FIELDS; i++) {
    const pa_path *path = &now->format->path[i];
    uint32_t place = now->depth - 1;
    if (now->matched[i] == place && place < path->keys &&
        is_key(key, now->format->text + path->start[place],
               path->length[place]))
      fields |= UINT32_C(1) << i;
  }
  return fields;
}

/* Reads a value that is neither an object nor an array. */
static bool read_scalar(reading *now, uint32_t fields) {
  pa_bytes text;
  if (take(now, '"')) {
    if (!read_text(now, &text)) return false;
    keep_text(now, fields, text);
    return true;
  }
  if (now->rest.at == now->rest.end) return false;
  if (*now->rest.at == 'n') return skip_word(now, "null", 4);
  refuse(now, fields);
  switch (*now->rest.at) {
  case 't': return skip_word(now, "true", 4);
  case 'f': return skip_word(now, "false", 5);
  default: return skip_number(now);
  }
}

/* Reads the key of a member and its colon; inside an array, does nothing. */
static bool read_key(reading *now, uint32_t *fields) {
  pa_bytes key;
  *fields = 0;
  if (now->is_array[now->depth]) return true;
  if (!take(now, '"') || !read_text(now, &key)) return false;
  skip_blanks(now);
  if (!take(now, ':')) return false;
  skip_blanks(now);
  *fields = match_key(now, key);
  begin_value(now, *fields);
  return true;
}

/* Closes levels after a value, up to a comma or to the end of the object. */
static bool end_value(reading *now) {
  for (;;) {
    skip_blanks(now);
    if (take(now, ',')) {
      skip_blanks(now);
      return true;
    }
    if (!take(now, now->is_array[now->depth] ? ']' : '}')) return false;
    close_level(now);
    if (now->depth == 0) return true;
  }
}

/* Reads a member or element; an object or array in it opens a level. */
static bool read_member(reading *now) {
  uint32_t fields;
  if (!read_key(now, &fields)) return false;
  bool is_array = take(now, '[');
  if (!is_array && !take(now, '{'))
    return read_scalar(now, fields) && end_value(now);
  if (!open_level(now, is_array, fields)) return false;
  skip_blanks(now);
  if (!take(now, is_array ? ']' : '}')) return true;
  close_level(now);
  return now->depth == 0 || end_value(now);
}

bool pa_json_read(const pa_format *format, pa_bytes line, pa_line *out) {
  reading now;
  now.format = format;
  now.rest = line;
  now.out = out;
  now.depth = 0;
  now.wrong = 0;
  for (int i = 0; i < PA_FIELDS; i++)
    now.matched[i] = 0;
  skip_blanks(&now);
  if (!take(&now, '{')) return false;
  now.is_array[++now.depth] = false;
  skip_blanks(&now);
  if (now.rest.at < now.rest.end && *now.rest.at == '}') return false;
  while (now.depth > 0) {
    if (!read_member(&now)) return false;
  }
  out->object_end = now.rest.at;
  skip_blanks(&now);
  out->whole_peer = out->field[PA_FIELD_PEER];
  return now.rest.at == line.end && now.wrong == 0;
}
