/*
 * diagnose: text that is not an address -> the fault, and where it is. Off the
 * hot path.
 */
#ifndef PA_DIAGNOSE_H
#define PA_DIAGNOSE_H

#include "../address.h"

#ifdef __cplusplus
extern "C" {
#endif

/**
 * What can be wrong with a text. Each has an example, with the fault between
 * two ^. The numbers cross to JavaScript, which has a word for each.
 */
typedef enum {
  PA_FAULT_NONE = 0,

  /** "^^", no text at all */
  PA_FAULT_EMPTY = 1,
  /** "^unknown^", in upper or lower case: RFC 7239's unknown address */
  PA_FAULT_UNKNOWN = 2,
  /** "^_hidden^": RFC 7239's name that stands for an address */
  PA_FAULT_OBFUSCATED = 3,
  /** "10.0.0.1^ ^" and other blanks: tab, line ends, U+00A0, U+FEFF */
  PA_FAULT_SPACE = 4,
  /** "^"^10.0.0.1"" */
  PA_FAULT_QUOTE = 5,
  /** "^[^::1]" and "^[^::1]:80" */
  PA_FAULT_BRACKET = 6,
  /** "10.0.0.1^:80^" */
  PA_FAULT_PORT = 7,
  /** "10.0.0.0^/8^": a subnet instead of an address */
  PA_FAULT_SLASH = 8,
  /** "10.0.0.1^%eth0^", "::1^%^", "::1^%a.b^": an invalid zone */
  PA_FAULT_ZONE = 9,
  /** "^localhost^": begins with a letter and has no colon */
  PA_FAULT_NAME = 10,
  /** "10.0^,^0.1": a character that cannot be there */
  PA_FAULT_CHARACTER = 11,

  /** "10.^^.0.1": nothing between two dots, or at an end */
  PA_FAULT_PART_EMPTY = 12,
  /** "10.0.0.^256^", "^0400^.0.0.1": more than 255 */
  PA_FAULT_PART_LARGE = 13,
  /** "^10.0.1^" */
  PA_FAULT_PARTS_FEW = 14,
  /** "10.0.0.1^.5^" */
  PA_FAULT_PARTS_MANY = 15,
  /** "^4294967296^": a single number that has more than 32 bits */
  PA_FAULT_NUMBER_LARGE = 16,

  /** "^:^1", "1^:::^2", "1::2^:^": one or more colons too many */
  PA_FAULT_COLON = 17,
  /** "1::2^::^3": a second "::" */
  PA_FAULT_GAPS = 18,
  /** "::^10000^": more than 16 bits */
  PA_FAULT_GROUP_LARGE = 19,
  /** "^1:2:3^" */
  PA_FAULT_GROUPS_FEW = 20,
  /** "1:2:3:4:5:6:7:8:^9^" */
  PA_FAULT_GROUPS_MANY = 21,
  /** "64:ff9b::^1.2.3.4^": IPv4 after groups that allow no IPv4 tail */
  PA_FAULT_TAIL = 22,

  /** "10.0.0.0^/^"; from here on, only faults of a trust list's entries */
  PA_FAULT_LENGTH_EMPTY = 23,
  /** "10.0.0.0/^0^", "10.0.0.0/^0.0.0.0^": it would trust everybody */
  PA_FAULT_LENGTH_ZERO = 24,
  /** "10.0.0.0/^33^", "::/^129^" */
  PA_FAULT_LENGTH_LARGE = 25,
  /** "10.0.0.0/^x^": neither a length nor a netmask */
  PA_FAULT_LENGTH_TEXT = 26,
  /** "10.0.0.0/^255.0.255.0^": ones after zeros */
  PA_FAULT_NETMASK = 27,
  /** "fe80::/^255.0.0.0^": a netmask, but not of plain IPv4 */
  PA_FAULT_NETMASK_FAMILY = 28
} pa_fault;

/** The number of faults, including PA_FAULT_NONE. */
#define PA_FAULTS 29

/** A fault, and where it is: text[start] up to but not including text[end]. */
typedef struct {
  pa_fault fault;
  size_t start;
  size_t end;
} pa_finding;

/**
 * Finds why a text is not an address. If it has several faults, returns the
 * most telling one.
 *
 * @param text    the characters; may be NULL if length is 0
 * @param length  the number of units
 * @return why pa_address_parse() refuses the text, never PA_FAULT_NONE;
 *         meaningless if pa_address_parse() accepts it
 */
pa_finding pa_address_diagnose(const pa_unit *text, size_t length);

/**
 * Finds why the text after the '/' of a trust list's entry is not a range.
 *
 * @param address  the address before the '/'
 * @param text     the whole entry
 * @param start    where the range begins, right after the '/'
 * @param length   the number of units of the entry
 * @return why pa_subnet_parse() refuses the entry; meaningless if
 *         pa_subnet_parse() accepts it
 */
pa_finding pa_range_diagnose(const pa_address *address, const pa_unit *text,
                             size_t start, size_t length);

#ifdef __cplusplus
}
#endif

#endif
