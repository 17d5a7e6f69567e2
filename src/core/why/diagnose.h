/*
 * diagnose: text that is no address -> what is wrong with it, and where. Off
 * the hot path.
 */
#ifndef PA_DIAGNOSE_H
#define PA_DIAGNOSE_H

#include "../address.h"

#ifdef __cplusplus
extern "C" {
#endif

/**
 * What can be wrong with a text, each with an example in which ^ and ^ enclose
 * the fault. The numbers cross to JavaScript, which has a word for each.
 */
typedef enum {
  PA_FAULT_NONE = 0,

  /** "^^", no text at all */
  PA_FAULT_EMPTY = 1,
  /** "^unknown^", in any case: RFC 7239 for "I do not know" */
  PA_FAULT_UNKNOWN = 2,
  /** "^_hidden^": RFC 7239 for a name that stands for an address */
  PA_FAULT_OBFUSCATED = 3,
  /** "10.0.0.1^ ^" and other blanks: tab, line ends, U+00A0, U+FEFF */
  PA_FAULT_SPACE = 4,
  /** "^"^10.0.0.1"" */
  PA_FAULT_QUOTE = 5,
  /** "^[^::1]" and "^[^::1]:80" */
  PA_FAULT_BRACKET = 6,
  /** "10.0.0.1^:80^" */
  PA_FAULT_PORT = 7,
  /** "10.0.0.0^/8^" where an address was asked for */
  PA_FAULT_SLASH = 8,
  /** "10.0.0.1^%eth0^", "::1^%^", "::1^%a.b^": no zone can be that */
  PA_FAULT_ZONE = 9,
  /** "^localhost^": begins with a letter and has no colon */
  PA_FAULT_NAME = 10,
  /** "10.0^,^0.1": part of no address, at least not there */
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

  /** "^:^1", "1^:::^2", "1::2^:^": a colon too many */
  PA_FAULT_COLON = 17,
  /** "1::2^::^3": a second "::" */
  PA_FAULT_GAPS = 18,
  /** "::^10000^": more than 16 bits */
  PA_FAULT_GROUP_LARGE = 19,
  /** "^1:2:3^" */
  PA_FAULT_GROUPS_FEW = 20,
  /** "1:2:3:4:5:6:7:8:^9^" */
  PA_FAULT_GROUPS_MANY = 21,
  /** "64:ff9b::^1.2.3.4^": IPv4 behind groups that leave it no place */
  PA_FAULT_TAIL = 22,

  /** "10.0.0.0^/^": the remaining ones are told of entries of a trust list */
  PA_FAULT_LENGTH_EMPTY = 23,
  /** "10.0.0.0/^0^", "10.0.0.0/^0.0.0.0^": it would be everybody */
  PA_FAULT_LENGTH_ZERO = 24,
  /** "10.0.0.0/^33^", "::/^129^" */
  PA_FAULT_LENGTH_LARGE = 25,
  /** "10.0.0.0/^x^": neither a length nor a netmask */
  PA_FAULT_LENGTH_TEXT = 26,
  /** "10.0.0.0/^255.0.255.0^": ones behind zeros */
  PA_FAULT_NETMASK = 27,
  /** "fe80::/^255.0.0.0^": a netmask where there can be none */
  PA_FAULT_NETMASK_FAMILY = 28
} pa_fault;

/** The number of faults, with PA_FAULT_NONE. */
#define PA_FAULTS 29

/** A fault, and where it is: text[start] up to but not including text[end]. */
typedef struct {
  pa_fault fault;
  size_t start;
  size_t end;
} pa_finding;

/**
 * Says why a text is no address. If there are several reasons, it is the first
 * one of those that say most.
 *
 * @param text    the characters; may be NULL if length is 0
 * @param length  how many units
 * @return what pa_address_parse() refuses it for; meaningless if that accepts
 *         it, but never PA_FAULT_NONE where it does not
 */
pa_finding pa_address_diagnose(const pa_unit *text, size_t length);

/**
 * Says why what follows the '/' of a trust list's entry is no range.
 *
 * @param address  what stands before the '/'
 * @param text     the whole entry
 * @param start    where the range begins, right behind the '/'
 * @param length   how many units the entry has
 * @return what pa_subnet_parse() refuses it for; meaningless if that accepts
 *         it
 */
pa_finding pa_range_diagnose(const pa_address *address, const pa_unit *text,
                             size_t start, size_t length);

#ifdef __cplusplus
}
#endif

#endif
