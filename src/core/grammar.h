/*
 * grammar: what address.c's shortcut and the full grammars of ipv4.c and
 * ipv6.c share. Private to the core.
 */
#ifndef PA_GRAMMAR_H
#define PA_GRAMMAR_H

#include "address.h"

#include <limits.h>

#define PA_NOT_HEX UINT_MAX

#define PA_ASCII 128

/** One more than the value of a hexadecimal digit; 0 for anything else. */
extern const uint8_t pa_hex_values[PA_ASCII];

/**
 * The value of a hexadecimal digit, or PA_NOT_HEX. Looked up, because whether
 * a digit is a letter is anyone's guess, and a jump on it a wrong guess half
 * the time: comparing took four times as long.
 */
static inline unsigned pa_hex_value(pa_unit c) {
  return c < PA_ASCII ? pa_hex_values[c] - 1U : PA_NOT_HEX;
}

static inline bool pa_is_digit(pa_unit c) {
  return c >= '0' && c <= '9';
}

/**
 * Reads a group of an IPv6 address, with any number of leading zeros.
 *
 * @param out  receives the value; meaningless on refusal
 * @return how many digits it has; 0 is a refusal
 */
static inline size_t pa_group_read(const pa_unit *text, size_t length,
                                   uint16_t *out) {
  unsigned value = 0;
  size_t i = 0;
  for (; i < length; i++) {
    unsigned digit = pa_hex_value(text[i]);
    if (digit == PA_NOT_HEX) break;
    value = value << 4 | digit;
    if (value > 0xffff) return 0;
  }
  *out = (uint16_t)value;
  return i;
}

/** Are the first `length` units those of an ASCII text? */
static inline bool pa_text_is(const pa_unit *text, const char *ascii,
                              size_t length) {
  for (size_t i = 0; i < length; i++) {
    if (text[i] != (unsigned char)ascii[i]) return false;
  }
  return true;
}

/** An IPv4 address that was not written as an IPv6 one. */
static inline pa_address pa_address_v4(uint32_t bits) {
  return (pa_address){.low = bits, .family = PA_IPV4};
}

/** An address from 128 bits: IPv4 if they are those of a mapped address. */
static inline pa_address pa_address_v6(uint64_t high, uint64_t low) {
  if (high == 0 && low >> 32 == 0xffff)
    return (pa_address){
        .low = low & 0xffffffff, .family = PA_IPV4, .mapped = true};
  return (pa_address){.high = high, .low = low, .family = PA_IPV6};
}

/**
 * Joins 16-bit groups to 128 bits, filling the place of the "::" with zeros.
 *
 * Example: "2001:db8::1" is group {0x2001, 0xdb8, 1}, count 3, gap 2.
 *
 * @param group  the groups written, `count` of them (at most 8)
 * @param gap    how many of them stand before the "::"; if count is 8, any
 */
pa_address pa_groups_join(const uint16_t group[8], unsigned count,
                          unsigned gap);

/**
 * IPv4 on its own: four parts or one, each decimal, octal or hexadecimal as
 * JavaScript's parseInt had it for ipaddr.js 1.9.1.
 */
bool pa_ipv4_parse(const pa_unit *text, size_t length, pa_address *out);

/** IPv4 at the end of an IPv6 address: four parts, no octal. */
bool pa_ipv4_parse_tail(const pa_unit *text, size_t length, uint32_t *out);

/** IPv6 with all it may have: odd colons, an IPv4 tail, a zone. */
bool pa_ipv6_parse(const pa_unit *text, size_t length, pa_address *out);

#endif
