/*
 * address: text -> address, and its canonical text.
 *
 * The grammar is the lenient one of proxy-addr 2.0.8 (that is, of ipaddr.js
 * 1.9.1): octal and hexadecimal octets, one-part IPv4, any number of leading
 * zeros, zones that are read and ignored. docs/compatibility.md has the table.
 *
 * Text is (pointer, length) in UTF-16 units, never NUL-terminated, never kept.
 * JavaScript counts in units, too, so the caller's offsets are valid, and no
 * character is narrowed to another one. No address contains a unit above 0x7F.
 */
#ifndef PA_ADDRESS_H
#define PA_ADDRESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/** One UTF-16 unit of text. */
#ifdef __cplusplus
typedef char16_t pa_unit;
#else
typedef uint_least16_t pa_unit;
#endif

/** The two spaces an address can be in. They never overlap: see `mapped`. */
typedef enum { PA_IPV4, PA_IPV6 } pa_family;

/**
 * An address.
 *
 * family PA_IPV4: `low` holds the 32 bits, `high` is 0.
 * family PA_IPV6: `high` and `low` hold the 128 bits.
 *
 * `mapped` is set if the text was an IPv4-mapped IPv6 address (::ffff:0:0/96,
 * in any spelling). Such an address *is* IPv4: its family is PA_IPV4. Keeping
 * the spaces apart from parsing on rules out CVE-2026-90711, in which mapped
 * addresses were compared with IPv6 subnets.
 */
typedef struct {
  uint64_t high;
  uint64_t low;
  pa_family family;
  bool mapped;
} pa_address;

/**
 * Reads an address.
 *
 * @param text    the characters; may be NULL if length is 0
 * @param length  how many units
 * @param out     receives the address; untouched unless true is returned
 * @return true if the whole text is one address, false otherwise: the empty
 *         text, a port, brackets, a space at either end, a "/length"
 */
bool pa_address_parse(const pa_unit *text, size_t length, pa_address *out);

/**
 * The same function without the shortcut for ordinary text. It exists so that
 * tests can show that the shortcut changes no answer.
 */
bool pa_address_parse_full(const pa_unit *text, size_t length, pa_address *out);

/** "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", in units. */
#define PA_FORMAT_LONGEST 39

/**
 * Writes an address in its usual form: IPv4 as a dotted quad, even if it was
 * parsed from a mapped address; IPv6 as in RFC 5952, in lower case, without
 * leading zeros, and with "::" for the first of the longest runs of at least
 * two zero groups. pa_address_parse() reads the same bits from it.
 *
 * @param out  receives the text, not terminated
 * @return its length, in units
 */
size_t pa_address_format(const pa_address *address,
                         pa_unit out[PA_FORMAT_LONGEST]);

#ifdef __cplusplus
}
#endif

#endif
