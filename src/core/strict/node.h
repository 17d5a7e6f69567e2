/*
 * node: text -> address, read strictly where the drop-in is lenient, and what
 * may accompany an address: brackets, a port, a zone.
 *
 * IPv4 is four decimal octets without leading zeros. IPv6 is the text of RFC
 * 4291, section 2.2; if its last 32 bits are written as IPv4, they must be
 * strict, too. Nothing else is an address.
 */
#ifndef PA_NODE_H
#define PA_NODE_H

#include "../address.h"
#include "../hops.h"

#ifdef __cplusplus
extern "C" {
#endif

/** A node without a port. */
#define PA_NO_PORT UINT32_MAX

/** What may accompany an address. */
enum {
  /** "[2001:db8::1]" */
  PA_NODE_BRACKETS = 1,
  /** "192.0.2.1:80", "[2001:db8::1]:80" */
  PA_NODE_PORT = 2,
  /** "fe80::1%eth0", "[fe80::1%eth0]" */
  PA_NODE_ZONE = 4,
  /** Refuses "2001:db8::1" without brackets: RFC 7239, section 6. */
  PA_NODE_ONLY_BRACKETS = 8
};

/** An address, and the places of its parts in the text. */
typedef struct {
  pa_address address;
  /**
   * The address with its zone, without brackets and port. For a mapped address
   * with an IPv4 tail, the tail, because that is the canonical text.
   */
  pa_slice bare;
  /** The zone with its '%'; empty if there is none. */
  pa_slice zone;
  /** 0 to 65535, or PA_NO_PORT. */
  uint32_t port;
} pa_node;

/**
 * Reads a node.
 *
 * @param text     the characters, trimmed; may be NULL if length is 0
 * @param length   how many units
 * @param allowed  PA_NODE_…
 * @param out      receives the node; meaningless unless true is returned
 * @return true if the whole text is one node
 */
bool pa_node_parse(const pa_unit *text, size_t length, unsigned allowed,
                   pa_node *out);

/** Returns whether this is a space or a tab, which may surround an entry. */
static inline bool pa_is_blank(pa_unit unit) {
  return unit == ' ' || unit == '\t';
}

/** Returns a slice without the blanks at both ends. */
static inline pa_slice pa_trim_blanks(const pa_unit *text, pa_slice slice) {
  while (slice.start < slice.end && pa_is_blank(text[slice.end - 1]))
    slice.end--;
  while (slice.start < slice.end && pa_is_blank(text[slice.start]))
    slice.start++;
  return slice;
}

#ifdef __cplusplus
}
#endif

#endif
