/*
 * grammar: what all readers of text share: address.c's shortcut, the full
 * grammars of ipv4.c and ipv6.c, subnet.c and the explanations. Private to the
 * core.
 */
#ifndef PA_GRAMMAR_H
#define PA_GRAMMAR_H

#include "address.h"
#include "bits128.h"

#include <limits.h>

#define PA_NOT_HEX UINT_MAX

#define PA_ASCII 128

/** One more than the value of a hexadecimal digit; 0 for anything else. */
extern const uint8_t pa_hex_values[PA_ASCII];

/**
 * The value of a hexadecimal digit, or PA_NOT_HEX. A table, because a branch on
 * whether a digit is a letter is mispredicted half the time: comparing took
 * four times as long.
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
 * @return the number of its digits; 0 if it is invalid
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

/**
 * Reads four decimal octets without leading zeros, of at least eight units in
 * all: shorter text is left to the slower grammars.
 *
 * @return false for anything else; `out` is meaningless then
 */
bool pa_quad_read(const pa_unit *text, size_t length, uint32_t *out);

/** The number of units before the quad of a mapped address. */
#define PA_MAPPED_UNITS (sizeof "::ffff:" - 1)

/**
 * The same after "::ffff:", as Node reports an IPv4 peer of a server that
 * listens on "::".
 */
bool pa_mapped_quad_read(const pa_unit *text, size_t length, uint32_t *out);

/** Returns whether the first `length` units are those of an ASCII text. */
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

/** The address that "::ffff:" and a quad denote. */
static inline pa_address pa_address_mapped(uint32_t bits) {
  return (pa_address){.low = bits, .family = PA_IPV4, .mapped = true};
}

/** An address from 128 bits: IPv4 if they are those of a mapped address. */
static inline pa_address pa_address_v6(uint64_t high, uint64_t low) {
  if (high == 0 && low >> 32 == 0xffff)
    return (pa_address){
        .low = low & 0xffffffff, .family = PA_IPV4, .mapped = true};
  return (pa_address){.high = high, .low = low, .family = PA_IPV6};
}

/**
 * The groups of an IPv6 address as they are read, from left to right.
 * Zero-initialise it.
 *
 * Example: "2001:db8::1" is 2001, db8 (bits 0x20010db8), a gap (they move to
 * the front, 0x20010db8 << 96), 1 (bits 1). Joined: 2001:db8:0:0:0:0:0:1.
 */
typedef struct {
  /** The groups before the "::", in their place. */
  pa_bits128 front;
  /** The groups read since. */
  pa_bits128 bits;
  /** The number of groups in all; at most 8. */
  unsigned count;
  /** The number of "::". With more than one, the bits are meaningless. */
  unsigned gaps;
} pa_groups;

static inline void pa_groups_add(pa_groups *groups, uint16_t group) {
  groups->bits = pa_bits128_shift(groups->bits, 16);
  groups->bits.low |= group;
  groups->count++;
}

static inline void pa_groups_add_gap(pa_groups *groups) {
  groups->front = pa_bits128_shift(groups->bits, 128 - 16 * groups->count);
  groups->bits = (pa_bits128){0, 0};
  groups->gaps++;
}

static inline pa_address pa_groups_join(const pa_groups *groups) {
  return pa_address_v6(groups->front.high | groups->bits.high,
                       groups->front.low | groups->bits.low);
}

/**
 * IPv4 on its own: four parts or one, each decimal, octal or hexadecimal as
 * JavaScript's parseInt had it for ipaddr.js 1.9.1.
 */
bool pa_ipv4_parse(const pa_unit *text, size_t length, pa_address *out);

/** IPv4 at the end of an IPv6 address: four parts, no octal. */
bool pa_ipv4_parse_tail(const pa_unit *text, size_t length, uint32_t *out);

/** IPv6 with all that is allowed: odd colons, an IPv4 tail, a zone. */
bool pa_ipv6_parse(const pa_unit *text, size_t length, pa_address *out);

/** Returns whether the text is at least one digit, and nothing else. */
bool pa_all_digits(const pa_unit *text, size_t length);

/**
 * Reads the length of a prefix in digits.
 *
 * @return the number, or 129 for a larger one; 0, which is never valid, if the
 *         text is not a number
 */
unsigned pa_length_read(const pa_unit *text, size_t length);

/** The offset of the last '/'; `length` if there is none. */
size_t pa_last_slash(const pa_unit *text, size_t length);

#endif
