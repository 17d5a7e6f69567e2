/*
 * subnet: one entry of a trust list -> the subnets it stands for.
 *
 * An entry is an address, "address/length", "IPv4/netmask", or a name, such as
 * "loopback".
 */
#ifndef PA_SUBNET_H
#define PA_SUBNET_H

#include "address.h"

#ifdef __cplusplus
extern "C" {
#endif

/** The most subnets that one entry stands for (the name "uniquelocal"). */
#define PA_SUBNETS_PER_ENTRY 4

/**
 * The addresses of one family whose first `length` bits equal those of
 * (high, low), which is laid out as in pa_address.
 *
 * length: 0 to 32 for PA_IPV4, 1 to 128 for PA_IPV6, in bits. Only a mapped
 * entry ("::ffff:0:0/96") yields IPv4 with length 0: all of IPv4.
 * Bits after the prefix may be set; they mean nothing.
 */
typedef struct {
  uint64_t high;
  uint64_t low;
  pa_family family;
  uint8_t length;
} pa_subnet;

typedef enum {
  PA_OK = 0,
  /** Invalid address before the last '/': "10.0.0.256/8". */
  PA_ERR_ADDRESS = 1,
  /** Neither a length nor a netmask after the last '/': "10.0.0.0/33". */
  PA_ERR_RANGE = 2,
  /** Out of memory. */
  PA_ERR_MEMORY = 3
} pa_error;

/** A name and the subnets that it stands for. */
typedef struct {
  const char *text;
  size_t length;
  pa_subnet subnet[PA_SUBNETS_PER_ENTRY];
  size_t count;
} pa_name;

/**
 * The only table of the names, for C and for JavaScript. To add a name, add it
 * there.
 */
extern const pa_name pa_names[];
extern const size_t pa_names_count;

/**
 * Looks for a name.
 *
 * @return its place in pa_names, plus 1; 0 if the text is not a name
 */
size_t pa_name_find(const pa_unit *text, size_t length);

/**
 * Reads one entry of a trust list.
 *
 * @param text    the entry, untrimmed; may be NULL if length is 0
 * @param length  its length in units
 * @param out     receives the subnets; untouched on error
 * @param count   receives how many, 0 to PA_SUBNETS_PER_ENTRY; untouched on
 *                error. 0 is a valid entry that can match no address: a mapped
 *                subnet shorter than /96, such as "::ffff:0:0/95"
 * @return PA_OK, PA_ERR_ADDRESS or PA_ERR_RANGE
 */
pa_error pa_subnet_parse(const pa_unit *text, size_t length,
                         pa_subnet out[PA_SUBNETS_PER_ENTRY], size_t *count);

#ifdef __cplusplus
}
#endif

#endif
