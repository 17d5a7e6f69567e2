/*
 * format: address -> its canonical text. Off the hot path.
 */
#ifndef PA_FORMAT_H
#define PA_FORMAT_H

#include "../address.h"

#ifdef __cplusplus
extern "C" {
#endif

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
