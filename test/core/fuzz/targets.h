/*
 * targets: what is fuzzed. Each function takes arbitrary bytes and CHECKs what
 * has to hold for them. engine.c makes a libFuzzer program of one; the tests of
 * the core run all of them on the corpus.
 */
#ifndef TARGETS_H
#define TARGETS_H

#include <stddef.h>
#include <stdint.h>

/** A text: the shortcut reads what the full grammar reads. */
void fuzz_address(const uint8_t *data, size_t size);

/** A text: an entry of a trust list stands for what it says, or is refused. */
void fuzz_subnet(const uint8_t *data, size_t size);

/** Lines, each an address and an entry: what is said of them is so. */
void fuzz_describe(const uint8_t *data, size_t size);

/** Records, see set.c: a set has the addresses that its list has. */
void fuzz_set(const uint8_t *data, size_t size);

/** A text: a header's entries are those of its pieces that are not empty. */
void fuzz_hops(const uint8_t *data, size_t size);

/** Lines (peer, header, list): the client is who the rule says. */
void fuzz_resolve(const uint8_t *data, size_t size);

/** Lines (header, list): both strict walks end where they should. */
void fuzz_strict(const uint8_t *data, size_t size);

#endif
