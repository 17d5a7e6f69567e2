/*
 * vectors: the tables of vectors/ as tests.
 *
 * A file has the tables of one source of tests, each headed by its name in
 * brackets. A line at the margin is a sentence, and the indented lines below it
 * are its vectors: the input, further inputs if the table needs them, "=>", and
 * the whole expected output. vectors.test.js checks the same tables against
 * proxy-addr itself.
 *
 *   A leading zero makes a part octal
 *     "010.0.0.1" => IPv4 8.0.0.1
 *
 * In quotes, \" and \\ stand for themselves, \xNN for a byte (above 7f: for
 * any character outside ASCII), and \{a*300} for 300 times the letter a. Lines
 * that begin with '#' and empty lines are skipped, and so are words outside
 * quotes before the "=>".
 *
 * Results are shown in the same notation:
 *
 *   IPv4 127.0.0.1    mapped 127.0.0.1    IPv6 fe80:0:0:0:0:0:0:1
 *   10.0.0.0/8        0:0:0:0:0:0:0:1/128
 */
#ifndef VECTORS_H
#define VECTORS_H

#include "check.h"
#include "subnet.h"

#define VECTOR_INPUTS 8

typedef struct {
  char text[4096];
  size_t length;
} shown;

/** Appends to the text, as printf does. Truncates what does not fit. */
void show(shown *out, const char *format, ...);

/** Appends bytes in double quotes, with the escapes of the vector files. */
void show_quoted(shown *out, const pa_unit *text, size_t length);

void show_address(shown *out, const pa_address *address);

/** Omits the bits after the prefix, which have no meaning. */
void show_subnet(shown *out, const pa_subnet *subnet);

typedef struct {
  const uint8_t *text;
  size_t length;
} vector_input;

typedef struct {
  vector_input input[VECTOR_INPUTS];
  size_t inputs;
} vector;

/** Puts the first input next to an unreadable page, and shows the output. */
typedef void vector_answer(const vector *given, guard_place place, shown *out);

/** The folder of the tables. */
extern const char *vectors_folder;

/**
 * Runs a table, each vector once for each of guard_places. Ends the program if
 * there is no such table.
 *
 * @param name    its file, without ".txt"
 * @param table   its name in the file
 * @param answer  the function under test
 */
void vectors_run(const char *name, const char *table, vector_answer *answer);

#endif
