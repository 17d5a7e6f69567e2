/*
 * escape: decodes the units of a field in any of its encodings, and writes
 * foreign text where control characters are not allowed.
 */
#include "line.h"

#include "../grammar.h"

/* Reads `count` hexadecimal digits; returns false if there are fewer. */
static bool read_hex(pa_bytes rest, int count, pa_unit *out) {
  unsigned value = 0;
  if (rest.end - rest.at < count) return false;
  for (int i = 0; i < count; i++) {
    unsigned digit = pa_hex_value(rest.at[i]);
    if (digit == PA_NOT_HEX) return false;
    value = value * 16 + digit;
  }
  *out = (pa_unit)value;
  return true;
}

/* What a letter after a backslash stands for: itself, if it has no meaning. */
static pa_unit named(uint8_t letter) {
  switch (letter) {
  case 'b': return '\b';
  case 'f': return '\f';
  case 'n': return '\n';
  case 'r': return '\r';
  case 't': return '\t';
  case 'v': return '\v';
  default: return letter;
  }
}

static const uint8_t *after_backslash(pa_bytes rest, pa_unit *unit) {
  pa_bytes digits = {rest.at + 1, rest.end};
  if (*rest.at == 'x' && read_hex(digits, 2, unit)) return rest.at + 3;
  if (*rest.at == 'u' && read_hex(digits, 4, unit)) return rest.at + 5;
  *unit = named(*rest.at);
  return rest.at + 1;
}

/* The text of an array's next element begins after the next quote. */
static const uint8_t *next_element(pa_bytes rest, pa_unit *unit) {
  const uint8_t *quote = pa_bytes_find((pa_bytes){rest.at + 1, rest.end}, '"');
  *unit = ',';
  return quote < rest.end ? quote + 1 : rest.end;
}

const uint8_t *pa_unescape(pa_escape escape, pa_bytes rest, pa_unit *unit) {
  uint8_t byte = *rest.at;
  pa_bytes next = {rest.at + 1, rest.end};
  *unit = byte;
  if (byte == '\\' && next.at < rest.end &&
      (escape == PA_ESCAPE_BACKSLASH || escape >= PA_ESCAPE_JSON))
    return after_backslash(next, unit);
  if (byte == '"' && escape == PA_ESCAPE_ARRAY) return next_element(rest, unit);
  if (byte == '"' && escape == PA_ESCAPE_DOUBLED && next.at < rest.end)
    return rest.at + 2;
  if (((byte == '%' && escape == PA_ESCAPE_PERCENT) ||
       (byte == '#' && escape == PA_ESCAPE_HASH)) &&
      read_hex(next, 2, unit))
    return rest.at + 3;
  return next.at;
}

uint8_t *pa_write_escaped(pa_bytes bytes, bool in_json, uint8_t *out) {
  static const char digits[] = "0123456789abcdef";
  for (; bytes.at < bytes.end; bytes.at++) {
    uint8_t byte = *bytes.at;
    if (byte >= ' ' && byte < 0x7f &&
        !(in_json && (byte == '"' || byte == '\\'))) {
      *out++ = byte;
      continue;
    }
    for (const char *at = in_json ? "\\u00" : "\\x"; *at != '\0'; at++)
      *out++ = (uint8_t)*at;
    *out++ = (uint8_t)digits[byte >> 4];
    *out++ = (uint8_t)digits[byte & 15];
  }
  return out;
}
