/* forwarded: the grammar of RFC 7239, section 4, element by element. */
#include "forwarded.h"

#include "../grammar.h"

/* Longer than "[ffff:ffff:ffff:ffff:ffff:ffff:255.255.255.255]:65535". */
#define NODE_LONGEST 64

static inline size_t backslashes_before(const pa_unit *text, size_t end) {
  size_t count = 0;
  while (count < end && text[end - 1 - count] == '\\')
    count++;
  return count;
}

/* Skips blocks in which nothing can end an element. */
static inline size_t skip_plain(const pa_unit *text, size_t end) {
  while (end >= PA_BLOCK_UNITS) {
    const pa_unit *block = text + end - PA_BLOCK_UNITS;
    if ((pa_block_find(block, ',') | pa_block_find(block, '"') |
         pa_block_find(block, '\n')) != 0)
      break;
    end -= PA_BLOCK_UNITS;
  }
  return end;
}

/*
 * Returns where the element that ends at `end` begins. A quote after an odd
 * number of backslashes is part of a string, and does not end it.
 */
static size_t element_start(const pa_unit *text, size_t end) {
  bool quoted = false;
  while ((end = skip_plain(text, end)) > 0) {
    /* The block that was not skipped, or the units before the first block. */
    size_t block = end > PA_BLOCK_UNITS ? end - PA_BLOCK_UNITS : 0;
    for (; end > block; end--) {
      pa_unit unit = text[end - 1];
      if (unit == '\n' || (unit == ',' && !quoted)) return end;
      if (unit == '"') {
        size_t backslashes = backslashes_before(text, end - 1);
        if (backslashes % 2 == 0) quoted = !quoted;
        end -= backslashes;
      }
    }
  }
  return 0;
}

bool pa_forwarded_next(pa_hops *hops, pa_slice *out) {
  /* Between elements, commas and spaces are skipped as in other headers. */
  while ((hops->rest = pa_hops_skip(hops->text, hops->rest)) > 0) {
    pa_slice slice = {element_start(hops->text, hops->rest), hops->rest};
    hops->rest = slice.start > 0 ? slice.start - 1 : 0;
    slice = pa_trim_blanks(hops->text, slice);
    if (slice.start < slice.end) {
      *out = slice;
      return true;
    }
  }
  return false;
}

/* RFC 9110, section 5.6.2: a bit for each character that a token may have. */
static bool is_token_unit(pa_unit unit) {
  static const uint32_t allowed[4] = {0, 0x03ff6cfa, 0xc7fffffe, 0x57ffffff};
  return unit < PA_ASCII && (allowed[unit >> 5] >> (unit & 31) & 1) != 0;
}

/* Tab, or a printable character. No server yields units above U+00FF. */
static bool is_quotable(pa_unit unit) {
  return unit == '\t' || (unit >= ' ' && unit != 0x7f && unit <= 0xff);
}

static size_t token_end(const pa_unit *text, size_t at, size_t end) {
  while (at < end && is_token_unit(text[at]))
    at++;
  return at;
}

/* Returns the offset of a string's closing quote; `end` if there is none. */
static size_t closing_quote(const pa_unit *text, size_t at, size_t end) {
  for (; at < end && text[at] != '"'; at++) {
    if (text[at] == '\\' && ++at == end) return end;
    if (!is_quotable(text[at])) return end;
  }
  return at;
}

/* Reads a value; returns its end, 0 if it is invalid. */
static size_t read_value(const pa_unit *text, size_t at, size_t end,
                         pa_slice *out) {
  if (at < end && text[at] == '"') {
    size_t close = closing_quote(text, at + 1, end);
    *out = (pa_slice){at + 1, close};
    return close == end ? 0 : close + 1;
  }
  *out = (pa_slice){at, token_end(text, at, end)};
  return out->start == out->end ? 0 : out->end;
}

static pa_unit lower(pa_unit unit) {
  return unit >= 'A' && unit <= 'Z' ? unit | 0x20 : unit;
}

static bool same_name(const pa_unit *text, pa_slice one, pa_slice other) {
  size_t length = one.end - one.start;
  if (length != other.end - other.start) return false;
  for (size_t i = 0; i < length; i++) {
    if (lower(text[one.start + i]) != lower(text[other.start + i]))
      return false;
  }
  return true;
}

static bool is_name(const pa_unit *text, pa_slice name, const char *ascii,
                    size_t length) {
  if (name.end - name.start != length) return false;
  for (size_t i = 0; i < length; i++) {
    if (lower(text[name.start + i]) != (unsigned char)ascii[i]) return false;
  }
  return true;
}

/* The names of an element so far. */
typedef struct {
  pa_slice name[PA_FORWARDED_PAIRS];
  size_t count;
} names;

static bool add_name(names *seen, const pa_unit *text, pa_slice name) {
  if (seen->count == PA_FORWARDED_PAIRS) return false;
  for (size_t i = 0; i < seen->count; i++) {
    if (same_name(text, seen->name[i], name)) return false;
  }
  seen->name[seen->count++] = name;
  return true;
}

static void keep_value(pa_forwarded *out, const pa_unit *text, pa_slice name,
                       pa_slice value) {
  const pa_forwarded_value found = {value, true};
  if (is_name(text, name, "for", 3)) out->node = found;
  if (is_name(text, name, "proto", 5)) out->proto = found;
  if (is_name(text, name, "host", 4)) out->host = found;
}

static size_t skip_blanks(const pa_unit *text, size_t at, size_t end) {
  while (at < end && pa_is_blank(text[at]))
    at++;
  return at;
}

/* Reads name=value; returns its end, 0 if it is invalid. */
static size_t read_pair(const pa_unit *text, size_t at, size_t end, names *seen,
                        pa_forwarded *out) {
  pa_slice name = {at, token_end(text, at, end)}, value;
  if (name.start == name.end || name.end == end || text[name.end] != '=')
    return 0;
  at = read_value(text, name.end + 1, end, &value);
  if (at == 0 || !add_name(seen, text, name)) return 0;
  keep_value(out, text, name, value);
  return at;
}

bool pa_forwarded_parse(const pa_unit *text, pa_slice slice,
                        pa_forwarded *out) {
  names seen;
  seen.count = 0;
  *out = (pa_forwarded){0};
  size_t at = skip_blanks(text, slice.start, slice.end);
  while (at < slice.end) {
    if (text[at] != ';') {
      at = read_pair(text, at, slice.end, &seen, out);
      if (at == 0) return false;
      at = skip_blanks(text, at, slice.end);
      if (at < slice.end && text[at] != ';') return false;
    }
    if (at < slice.end) at = skip_blanks(text, at + 1, slice.end);
  }
  return true;
}

static bool is_port_name_unit(pa_unit unit) {
  pa_unit letter = lower(unit);
  return pa_is_digit(unit) || (letter >= 'a' && letter <= 'z') || unit == '.' ||
         unit == '_' || unit == '-';
}

/* A value without its quoted pairs and without a ":_port". */
typedef struct {
  pa_unit unit[NODE_LONGEST];
  size_t length;
  bool has_pairs;
} plain_node;

/* Returns whether what follows ":_" is the name of a port. */
static bool is_port_name(const pa_unit *text, size_t length) {
  for (size_t i = 0; i < length; i++) {
    if (text[i] == '\\' && i + 1 < length) i++;
    if (!is_port_name_unit(text[i])) return false;
  }
  return length > 0;
}

/* Removes quoted pairs and ":_port": a named port does not void the address. */
static bool read_plain(const pa_unit *text, size_t length, plain_node *out) {
  out->length = 0;
  out->has_pairs = false;
  for (size_t i = 0; i < length; i++) {
    bool pair = text[i] == '\\' && i + 1 < length;
    if (pair) i++;
    out->has_pairs |= pair;
    if (text[i] == '_' && out->length > 0 &&
        out->unit[out->length - 1] == ':') {
      out->length--;
      return is_port_name(text + i + 1, length - i - 1);
    }
    if (out->length == NODE_LONGEST) return false;
    out->unit[out->length++] = text[i];
  }
  return true;
}

bool pa_forwarded_node(const pa_unit *text, size_t length, pa_node *out) {
  const unsigned allowed =
      PA_NODE_BRACKETS | PA_NODE_PORT | PA_NODE_ONLY_BRACKETS;
  plain_node plain;
  /* Most values have neither quoted pairs nor the name of a port. */
  if (pa_node_parse(text, length, allowed, out)) return true;
  if (!read_plain(text, length, &plain) ||
      !pa_node_parse(plain.unit, plain.length, allowed, out))
    return false;
  if (plain.has_pairs) out->bare = (pa_slice){0, 0};
  return true;
}
