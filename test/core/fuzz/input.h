/*
 * input: arbitrary bytes -> texts in UTF-16 units.
 *
 * The first byte says, modulo 3, how the others become units:
 *
 *   0   each byte is a unit
 *   1   the same, but bytes above 7f become units from 0100 to 017f, whose
 *       low bytes are ASCII: what reads text narrowly takes them for it
 *   2   two bytes are a unit, the high one first
 *
 * So '0' in front of a text is that text. test/compare/corpus.test.js does
 * the same.
 */
#ifndef INPUT_H
#define INPUT_H

#include "address.h"

/** More units than this are left out. */
#define INPUT_LONGEST 4096

/**
 * A text in a heap block of exactly its size, so that AddressSanitizer sees
 * each unit that is read too far; NULL if it is empty.
 */
typedef struct {
  pa_unit *text;
  size_t length;
} input;

/** The whole as one text, which the caller frees. */
input input_read(const uint8_t *data, size_t size);

/** A copy of its own; the program ends if there is no memory. */
input input_copy(const pa_unit *text, size_t length);

/**
 * The whole as texts divided by line feeds.
 *
 * @param out   receives the lines, each of which the caller frees
 * @param most  how many; what follows them is left out
 * @return how many there are, at least 1
 */
size_t input_read_lines(const uint8_t *data, size_t size, input *out,
                        size_t most);

void input_free(input *text, size_t count);

#endif
