/* diagnose: finds why a text is not an address, or not a range. */
#include "diagnose.h"

#include "../grammar.h"

#define PARTS 4
#define GROUPS 8
#define GROUPS_BEFORE_TAIL 6

static pa_finding found(pa_fault fault, size_t start, size_t end) {
  return (pa_finding){fault, start, end};
}

static bool is_letter(pa_unit c) {
  pa_unit lower = c | 0x20;
  return lower >= 'a' && lower <= 'z';
}

static bool is_blank(pa_unit c) {
  return c == ' ' || (c >= '\t' && c <= '\r') || c == 0xa0 || c == 0xfeff;
}

static bool is_unknown(const pa_unit *text, size_t length) {
  static const char word[] = "unknown";
  if (length != sizeof word - 1) return false;
  for (size_t i = 0; i < length; i++) {
    if ((text[i] | 0x20) != (unsigned char)word[i]) return false;
  }
  return true;
}

/* Finds a fault that a single character gives away. */
static pa_finding diagnose_character(const pa_unit *text, size_t at,
                                     size_t length) {
  if (is_blank(text[at])) return found(PA_FAULT_SPACE, at, at + 1);
  switch (text[at]) {
  case '"':
  case '\'': return found(PA_FAULT_QUOTE, at, at + 1);
  case '[':
  case ']': return found(PA_FAULT_BRACKET, at, at + 1);
  case '/': return found(PA_FAULT_SLASH, at, length);
  default: return found(PA_FAULT_NONE, 0, 0);
  }
}

static pa_finding diagnose_characters(const pa_unit *text, size_t length) {
  for (size_t i = 0; i < length; i++) {
    pa_finding finding = diagnose_character(text, i, length);
    if (finding.fault != PA_FAULT_NONE) return finding;
  }
  return found(PA_FAULT_NONE, 0, 0);
}

static size_t find_unit(const pa_unit *text, size_t length, pa_unit unit) {
  size_t at = 0;
  while (at < length && text[at] != unit)
    at++;
  return at;
}

static size_t digits_end(const pa_unit *text, size_t at, size_t end) {
  while (at < end && pa_is_digit(text[at]))
    at++;
  return at;
}

static size_t hex_end(const pa_unit *text, size_t at, size_t end) {
  while (at < end && pa_hex_value(text[at]) != PA_NOT_HEX)
    at++;
  return at;
}

/* Returns whether the text is a dotted quad, a colon and nothing but digits. */
static bool has_port(const pa_unit *text, size_t colon, size_t length) {
  pa_address address;
  return colon < length && digits_end(text, colon + 1, length) == length &&
         find_unit(text, colon, '.') < colon &&
         pa_address_parse(text, colon, &address);
}

static bool has_zone(const pa_unit *text, size_t percent, size_t length) {
  pa_address address;
  return percent < length && pa_address_parse(text, percent, &address);
}

/* Returns whether the text starts with "0x" and a hexadecimal digit. */
static bool has_hex_prefix(const pa_unit *text, size_t at, size_t end) {
  return end - at > 2 && text[at] == '0' && (text[at + 1] | 0x20) == 'x' &&
         pa_hex_value(text[at + 2]) != PA_NOT_HEX;
}

static size_t number_end(const pa_unit *text, size_t at, size_t end) {
  return has_hex_prefix(text, at, end) ? hex_end(text, at + 2, end)
                                       : digits_end(text, at, end);
}

/* Only IPv4 outside of IPv6 has octal, and "0X" that is read as 0: ipv4.c. */
static bool is_large(const pa_unit *text, size_t at, size_t end, bool tail) {
  unsigned base = 10, value = 0;
  if (has_hex_prefix(text, at, end) && (tail || text[at + 1] == 'x')) {
    base = 16;
    at += 2;
  } else if (!tail && text[at] == '0') {
    base = 8;
  }
  for (; at < end && value <= 255; at++) {
    unsigned digit = pa_hex_value(text[at]);
    if (digit >= base) break;
    value = value * base + digit;
  }
  return value > 255;
}

/*
 * Diagnoses parts and the dots between them, in text[start, end). They are
 * known not to be an address, so a single number can only be too large.
 */
static pa_finding diagnose_parts(const pa_unit *text, size_t start, size_t end,
                                 bool tail) {
  pa_finding large = found(PA_FAULT_NONE, 0, 0);
  size_t at = start, surplus = end;
  for (unsigned count = 1;; count++) {
    size_t stop = number_end(text, at, end);
    if (stop < end && text[stop] != '.')
      return found(PA_FAULT_CHARACTER, stop, stop + 1);
    if (stop == at) return found(PA_FAULT_PART_EMPTY, at, at);
    if (large.fault == PA_FAULT_NONE && is_large(text, at, stop, tail))
      large = found(PA_FAULT_PART_LARGE, at, stop);
    if (count == PARTS) surplus = stop;
    if (stop < end) {
      at = stop + 1;
      continue;
    }
    if (count == 1) return found(PA_FAULT_NUMBER_LARGE, start, end);
    if (count < PARTS) return found(PA_FAULT_PARTS_FEW, start, end);
    if (count > PARTS) return found(PA_FAULT_PARTS_MANY, surplus, end);
    return large;
  }
}

static size_t colons_end(const pa_unit *text, size_t at, size_t end) {
  while (at < end && text[at] == ':')
    at++;
  return at;
}

/*
 * Diagnoses groups and the colons between them, in text[0, end): at most eight
 * if they are the whole address, or six if an IPv4 tail follows.
 */
static pa_finding diagnose_groups(const pa_unit *text, size_t end,
                                  unsigned most) {
  size_t at = colons_end(text, 0, end);
  unsigned count = 0, gaps = at == 2;
  if (at != 0 && at != 2) return found(PA_FAULT_COLON, 0, at);
  while (at < end) {
    uint16_t group;
    size_t stop = hex_end(text, at, end);
    if (stop == at) return found(PA_FAULT_CHARACTER, at, at + 1);
    if (pa_group_read(text + at, stop - at, &group) == 0)
      return found(PA_FAULT_GROUP_LARGE, at, stop);
    if (count++ == most) return found(PA_FAULT_GROUPS_MANY, at, end);
    at = colons_end(text, stop, end);
    if (at - stop > 2) return found(PA_FAULT_COLON, stop, at);
    if (at - stop == 2 && gaps++ > 0) return found(PA_FAULT_GAPS, stop, at);
    if (at - stop == 1 && at == end && gaps > 0 && most == GROUPS)
      return found(PA_FAULT_COLON, stop, at);
  }
  return found(PA_FAULT_NONE, 0, 0);
}

static pa_finding diagnose_ipv6(const pa_unit *text, size_t length) {
  size_t body = find_unit(text, length, '%');
  size_t tail = body;
  pa_finding finding;
  if (find_unit(text, body, '.') == body) {
    finding = diagnose_groups(text, body, GROUPS);
    return finding.fault != PA_FAULT_NONE ? finding
                                          : found(PA_FAULT_GROUPS_FEW, 0, body);
  }
  while (tail > 0 && text[tail - 1] != ':')
    tail--;
  finding = diagnose_groups(text, tail, GROUPS_BEFORE_TAIL);
  if (finding.fault != PA_FAULT_NONE) return finding;
  finding = diagnose_parts(text, tail, body, true);
  return finding.fault != PA_FAULT_NONE ? finding
                                        : found(PA_FAULT_TAIL, tail, body);
}

pa_finding pa_address_diagnose(const pa_unit *text, size_t length) {
  if (length == 0) return found(PA_FAULT_EMPTY, 0, 0);
  if (is_unknown(text, length)) return found(PA_FAULT_UNKNOWN, 0, length);
  if (text[0] == '_') return found(PA_FAULT_OBFUSCATED, 0, length);
  pa_finding finding = diagnose_characters(text, length);
  if (finding.fault != PA_FAULT_NONE) return finding;
  size_t colon = find_unit(text, length, ':');
  size_t percent = find_unit(text, length, '%');
  if (has_port(text, colon, length)) return found(PA_FAULT_PORT, colon, length);
  if (has_zone(text, percent, length))
    return found(PA_FAULT_ZONE, percent, length);
  if (colon < length) return diagnose_ipv6(text, length);
  if (is_letter(text[0])) return found(PA_FAULT_NAME, 0, length);
  return diagnose_parts(text, 0, length, false);
}

pa_finding pa_range_diagnose(const pa_address *address, const pa_unit *text,
                             size_t start, size_t length) {
  pa_address mask;
  size_t zeros = start;
  size_t digits = digits_end(text, start, length);
  if (start == length) return found(PA_FAULT_LENGTH_EMPTY, start - 1, length);
  if (digits == length) {
    while (zeros < length && text[zeros] == '0')
      zeros++;
    return found(zeros == length ? PA_FAULT_LENGTH_ZERO : PA_FAULT_LENGTH_LARGE,
                 start, length);
  }
  if (!pa_address_parse(text + start, length - start, &mask))
    return found(PA_FAULT_LENGTH_TEXT, digits, length);
  if (mask.family != PA_IPV4 || mask.mapped || address->family != PA_IPV4 ||
      address->mapped)
    return found(PA_FAULT_NETMASK_FAMILY, start, length);
  return found(mask.low == 0 ? PA_FAULT_LENGTH_ZERO : PA_FAULT_NETMASK, start,
               length);
}
