/*
 * proxy_addr: the core's public header, and all that an engine includes. It
 * defines what crosses between the core and JavaScript: lib/engine/layout.js
 * has the same numbers, and compares them with those of pa_layout when an
 * engine is loaded.
 */
#ifndef PA_PROXY_ADDR_H
#define PA_PROXY_ADDR_H

#include "resolve.h"
#include "why/describe.h"

#ifdef __cplusplus
extern "C" {
#endif

/**
 * Stands for the package's version and for everything that crosses: a sum of
 * both, written by tools/build/identity.js.
 */
#define PA_INTERFACE 0x117a16ae

/**
 * The number of values that an entry's length has in a packed client. The
 * highest one also stands for all that are longer.
 */
#define PA_LENGTH_VALUES 512

/** The number of values that a pa_error has in a packed error. */
#define PA_ERROR_VALUES 4

/**
 * The longest text, in units, that the native engine reads without allocating.
 * Only the last PA_TAIL_UNITS units of a header cross at first.
 */
#define PA_TAIL_UNITS 256

/** The longest text, in units, that the WebAssembly engine's buffer holds. */
#define PA_SHORT_UNITS 512

/**
 * Packs the client's place into one number: 0 for the peer, otherwise
 * offset * PA_LENGTH_VALUES + length; and -1 minus that if the walk reached
 * the left end of the text.
 *
 * Example: in "192.0.2.1, 10.0.0.2" the client is 192.0.2.1, at offset 0, 9
 * units long, at the left end: -1 - 9.
 */
static inline int64_t pa_client_pack(const pa_client *client) {
  int64_t packed = 0;
  if (!client->is_peer) {
    int64_t length = (int64_t)(client->entry.end - client->entry.start);
    if (length > PA_LENGTH_VALUES - 1) length = PA_LENGTH_VALUES - 1;
    packed = (int64_t)client->entry.start * PA_LENGTH_VALUES + length;
  }
  return client->reached_start ? -1 - packed : packed;
}

/** Packs what pa_compile() returns for an invalid entry into one number. */
static inline int64_t pa_error_pack(size_t entry, pa_error error) {
  return (int64_t)entry * PA_ERROR_VALUES + (int64_t)error;
}

/** The numbers this core was built with; the first is how many there are. */
extern const uint32_t pa_layout[];

/**
 * Writes the names, each followed by its subnets:
 * "linklocal 169.254.0.0/16 fe80::/10\nloopback 127.0.0.1/8 …\n".
 *
 * @param out   receives the text, one unit a number, as far as it fits
 * @param room  how many numbers fit
 * @return the length of the whole text
 */
size_t pa_names_write(uint32_t *out, size_t room);

#ifdef __cplusplus
}
#endif

#endif
