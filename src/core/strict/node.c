/*
 * node: reads strict addresses, and the ports, brackets and zones around them.
 */
#include "node.h"

#include "../grammar.h"

#define GROUPS 8
#define GROUPS_BEFORE_TAIL 6
#define GROUP_DIGITS 4
#define PORT_HIGHEST 65535

/*
 * Longer than "[ffff:ffff:ffff:ffff:ffff:ffff:255.255.255.255]:65535", the
 * longest node without a zone. Longer text is refused without reading it.
 */
#define LONGEST 64

/*
 * Reads a decimal number without leading zeros, up to the first other
 * character.
 *
 * @return the number of its digits; 0 if it is invalid
 */
static size_t read_number(const pa_unit *text, size_t length, uint32_t highest,
                          uint32_t *out) {
  uint32_t value = 0;
  size_t at = 0;
  for (; at < length && pa_is_digit(text[at]); at++) {
    value = value * 10 + (text[at] - (uint32_t)'0');
    if (value > highest || (at == 1 && text[0] == '0')) return 0;
  }
  *out = value;
  return at;
}

static bool read_quad(const pa_unit *text, size_t length, uint32_t *out) {
  uint32_t bits = 0;
  size_t at = 0;
  for (int i = 0; i < 4; i++) {
    uint32_t octet = 0;
    if (i > 0 && (at == length || text[at++] != '.')) return false;
    size_t digits = read_number(text + at, length - at, 255, &octet);
    if (digits == 0) return false;
    bits = bits << 8 | octet;
    at += digits;
  }
  *out = bits;
  return at == length;
}

static bool add_tail(pa_groups *groups, const pa_unit *text, size_t length) {
  uint32_t bits;
  if (groups->count > GROUPS_BEFORE_TAIL || !read_quad(text, length, &bits))
    return false;
  pa_groups_add(groups, (uint16_t)(bits >> 16));
  pa_groups_add(groups, (uint16_t)(bits & 0xffff));
  return true;
}

/* "::" stands for one group or more. */
static bool is_complete(const pa_groups *groups) {
  return groups->gaps == 0 ? groups->count == GROUPS
                           : groups->gaps == 1 && groups->count < GROUPS;
}

/*
 * Reads groups from `at` on, and the colons between them. On success, `tail` is
 * where the IPv4 tail begins, or `length` without one.
 */
static bool read_groups(const pa_unit *text, size_t length, size_t at,
                        pa_groups *groups, size_t *tail) {
  *tail = length;
  while (at < length) {
    uint16_t group = 0;
    if (groups->count == GROUPS) return false;
    size_t digits = pa_group_read(text + at, length - at, &group);
    if (at + digits < length && text[at + digits] == '.') {
      *tail = at;
      return add_tail(groups, text + at, length - at);
    }
    if (digits == 0 || digits > GROUP_DIGITS) return false;
    pa_groups_add(groups, group);
    at += digits;
    if (at == length) break;
    if (text[at++] != ':' || at == length) return false;
    if (text[at] == ':') {
      pa_groups_add_gap(groups);
      at++;
    }
  }
  return true;
}

static bool read_v6(const pa_unit *text, size_t length, pa_node *out) {
  pa_groups groups = {0};
  size_t at = 0, tail;
  uint32_t bits;
  if (pa_mapped_quad_read(text, length, &bits)) {
    out->address = pa_address_mapped(bits);
    out->bare = (pa_slice){PA_MAPPED_UNITS, length};
    return true;
  }
  if (length < 2) return false;
  if (text[0] == ':') {
    if (text[1] != ':') return false;
    pa_groups_add_gap(&groups);
    at = 2;
  }
  if (!read_groups(text, length, at, &groups, &tail) || !is_complete(&groups))
    return false;
  out->address = pa_groups_join(&groups);
  out->bare = (pa_slice){0, length};
  if (out->address.mapped && tail < length) out->bare.start = tail;
  return true;
}

/* The unreserved characters of RFC 3986: what RFC 6874 allows in a zone. */
static bool is_zone_unit(pa_unit unit) {
  pa_unit lower = unit | 0x20;
  return pa_is_digit(unit) || (lower >= 'a' && lower <= 'z') || unit == '-' ||
         unit == '.' || unit == '_' || unit == '~';
}

static size_t find_unit(const pa_unit *text, size_t length, pa_unit unit) {
  size_t at = 0;
  while (at < length && text[at] != unit)
    at++;
  return at;
}

/* An IPv4 address has no zone, however it is written. */
static bool read_zoned(const pa_unit *text, size_t length, size_t percent,
                       pa_node *out) {
  if (percent + 1 == length) return false;
  for (size_t i = percent + 1; i < length; i++) {
    if (!is_zone_unit(text[i])) return false;
  }
  if (!read_v6(text, percent, out) || out->address.family == PA_IPV4)
    return false;
  out->zone = (pa_slice){percent, length};
  out->bare.end = length;
  return true;
}

static bool read_v6_text(const pa_unit *text, size_t length, unsigned allowed,
                         pa_node *out) {
  if ((allowed & PA_NODE_ZONE) != 0) {
    size_t percent = find_unit(text, length, '%');
    if (percent < length) return read_zoned(text, length, percent, out);
  }
  return read_v6(text, length, out);
}

static pa_slice moved(pa_slice slice, size_t by) {
  return slice.end == 0 ? slice : (pa_slice){slice.start + by, slice.end + by};
}

/* Reads what follows an address: nothing, or ':' and a port. */
static bool read_port(const pa_unit *text, size_t length, unsigned allowed,
                      pa_node *out) {
  if (length == 0) return true;
  if ((allowed & PA_NODE_PORT) == 0 || text[0] != ':') return false;
  size_t digits = read_number(text + 1, length - 1, PORT_HIGHEST, &out->port);
  return digits > 0 && digits == length - 1;
}

static bool read_bracketed(const pa_unit *text, size_t length, unsigned allowed,
                           pa_node *out) {
  /* Most bracketed addresses have no port, so the last unit is tried first. */
  size_t close =
      text[length - 1] == ']' ? length - 1 : find_unit(text, length, ']');
  if ((allowed & PA_NODE_BRACKETS) == 0 || close == length ||
      !read_v6_text(text + 1, close - 1, allowed, out))
    return false;
  out->bare = moved(out->bare, 1);
  out->zone = moved(out->zone, 1);
  return read_port(text + close + 1, length - close - 1, allowed, out);
}

bool pa_node_parse(const pa_unit *text, size_t length, unsigned allowed,
                   pa_node *out) {
  uint32_t bits;
  size_t end = length;
  *out = (pa_node){.port = PA_NO_PORT};
  if (length > LONGEST && (allowed & PA_NODE_ZONE) == 0) return false;
  if (length > 0 && text[0] == '[')
    return read_bracketed(text, length, allowed, out);
  /* Most texts are an IPv4 address alone. */
  if (!pa_quad_read(text, length, &bits)) {
    end = find_unit(text, length, ':');
    if (!read_quad(text, end, &bits))
      return (allowed & PA_NODE_ONLY_BRACKETS) == 0 &&
             read_v6_text(text, length, allowed, out);
  }
  out->address = pa_address_v4(bits);
  out->bare = (pa_slice){0, end};
  return read_port(text + end, length - end, allowed, out);
}
