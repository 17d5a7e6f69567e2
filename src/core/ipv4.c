/* ipv4: the full IPv4 grammar of ipaddr.js 1.9.1. */
#include "grammar.h"

#define PARTS 4

/* All larger values are the same: any of them is too large for a part. */
#define TOO_LARGE ((uint64_t)1 << 32)

static bool has_hex_prefix(const pa_unit *text, size_t length) {
  return length > 2 && text[0] == '0' && (text[1] | 0x20) == 'x';
}

/* A number is digits, or "0x" and hexadecimal digits. */
static bool is_number(const pa_unit *text, size_t length) {
  bool hex = has_hex_prefix(text, length);
  for (size_t i = hex ? 2 : 0; i < length; i++) {
    if (hex ? pa_hex_value(text[i]) == PA_NOT_HEX : !pa_is_digit(text[i]))
      return false;
  }
  return length > 0;
}

/* Like parseInt: reads up to the first character that is not such a digit. */
static uint64_t read_digits(const pa_unit *text, size_t length, unsigned base) {
  uint64_t value = 0;
  for (size_t i = 0; i < length; i++) {
    unsigned digit = pa_hex_value(text[i]);
    if (digit >= base) break;
    value = value * base + digit;
    if (value > TOO_LARGE) value = TOO_LARGE;
  }
  return value;
}

/* In a tail, leading zeros change nothing, and "0X" means the same as "0x". */
static uint64_t tail_value(const pa_unit *text, size_t length) {
  if (has_hex_prefix(text, length))
    return read_digits(text + 2, length - 2, 16);
  return read_digits(text, length, 10);
}

/*
 * On its own, a leading zero that no lower-case "x" follows means octal, read
 * up to the first other character: "018" is 1, "08" and "0X7f" are 0.
 */
static uint64_t plain_value(const pa_unit *text, size_t length) {
  if (text[0] != '0') return read_digits(text, length, 10);
  if (length > 1 && text[1] == 'x')
    return read_digits(text + 2, length - 2, 16);
  return read_digits(text, length, 8);
}

static size_t part_length(const pa_unit *text, size_t length) {
  size_t end = 0;
  while (end < length && text[end] != '.')
    end++;
  return end;
}

/*
 * Splits the text at its dots. Returns the number of parts; 0 if one of them is
 * not a number, or if there are too many.
 */
static unsigned read_parts(const pa_unit *text, size_t length,
                           uint64_t (*value_of)(const pa_unit *, size_t),
                           uint64_t part[PARTS]) {
  for (unsigned count = 0; count < PARTS; count++) {
    size_t end = part_length(text, length);
    if (!is_number(text, end)) return 0;
    part[count] = value_of(text, end);
    if (end == length) return count + 1;
    text += end + 1;
    length -= end + 1;
  }
  return 0;
}

static bool join_octets(const uint64_t part[PARTS], uint32_t *out) {
  uint32_t bits = 0;
  for (unsigned i = 0; i < PARTS; i++) {
    if (part[i] > 255) return false;
    bits = bits << 8 | (uint32_t)part[i];
  }
  *out = bits;
  return true;
}

bool pa_ipv4_parse(const pa_unit *text, size_t length, pa_address *out) {
  uint64_t part[PARTS];
  uint32_t bits;
  switch (read_parts(text, length, plain_value, part)) {
  case 1:
    if (part[0] > 0xffffffff) return false;
    bits = (uint32_t)part[0];
    break;
  case PARTS:
    if (!join_octets(part, &bits)) return false;
    break;
  default: return false;
  }
  *out = pa_address_v4(bits);
  return true;
}

bool pa_ipv4_parse_tail(const pa_unit *text, size_t length, uint32_t *out) {
  uint64_t part[PARTS];
  return read_parts(text, length, tail_value, part) == PARTS &&
         join_octets(part, out);
}
