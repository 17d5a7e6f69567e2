/*
 * fuzz: the targets, and how they read their inputs.
 *
 * Each target takes arbitrary bytes and CHECKs what must hold for them.
 * input.c makes a libFuzzer program of one target; the tests of the core run
 * all targets on the corpus.
 *
 * An input is one text or several, in UTF-16 units. Its first byte, modulo 3,
 * decides how the others become units:
 *
 *   0   each byte is a unit
 *   1   the same, but bytes above 7f become units from 0100 to 017f, whose low
 *       bytes are ASCII, so that code that narrows text misreads them
 *   2   two bytes are a unit, the high one first
 *
 * So the input "0" and a text is that text. test/compare/differential.test.js
 * reads inputs in the same way.
 */
#ifndef FUZZ_H
#define FUZZ_H

#include "address.h"

#include <stddef.h>
#include <stdint.h>

/** Further units of an input are left out. */
#define INPUT_LONGEST 4096

/**
 * A text in a heap block of exactly its size, so that AddressSanitizer reports
 * any read past its end; NULL if it is empty.
 */
typedef struct {
  pa_unit *text;
  size_t length;
} input;

/** Reads the input as one text, which the caller frees. */
input input_read(const uint8_t *data, size_t size);

/** Copies a text into its own block; aborts if there is no memory. */
input input_copy(const pa_unit *text, size_t length);

/**
 * Reads the input as texts separated by line feeds.
 *
 * @param out   receives the lines, each of which the caller frees
 * @param most  the most lines; further ones are left out
 * @return the number of lines, at least 1
 */
size_t input_read_lines(const uint8_t *data, size_t size, input *out,
                        size_t most);

void input_free(input *text, size_t count);

/** A text: the shortcut reads what the full grammar reads. */
void fuzz_address(const uint8_t *data, size_t size);

/** A text: an entry of a trust list has the right subnets, or is refused. */
void fuzz_subnet(const uint8_t *data, size_t size);

/** Lines, each an address and an entry: every statement about them is true. */
void fuzz_describe(const uint8_t *data, size_t size);

/** Records, see address.c: a set contains the addresses of its list. */
void fuzz_set(const uint8_t *data, size_t size);

/** A text: a header's entries are its pieces that are not empty. */
void fuzz_hops(const uint8_t *data, size_t size);

/** Lines (peer, header, list): the client is the one the rule defines. */
void fuzz_resolve(const uint8_t *data, size_t size);

/** Lines (header, list): both strict walks end where they should. */
void fuzz_strict(const uint8_t *data, size_t size);

/** Bytes, see logs.c: a log gives the same output wherever blocks end. */
void fuzz_logs(const uint8_t *data, size_t size);

#endif
