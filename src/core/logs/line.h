/*
 * line: a line of a log -> where the peer's address, the header and the
 * protocol stand in it, and how the header is written.
 *
 * Nothing here reads addresses; fields are bytes of the line, escapes included.
 */
#ifndef PA_LINE_H
#define PA_LINE_H

#include "bytes.h"

/** How lines are divided. */
typedef enum {
  /** nginx and Apache: peer first, the header in the fourth quotes */
  PA_LINE_COMBINED,
  /** fields between tabs, by number */
  PA_LINE_TSV,
  /** the same, with CloudFront's percent-encoding */
  PA_LINE_CLOUDFRONT,
  /** RFC 4180, by number */
  PA_LINE_CSV,
  /** HAProxy's option httplog, the header in the captured ones, by number */
  PA_LINE_HAPROXY,
  /** an object, by paths of keys */
  PA_LINE_JSON,
  PA_LINE_KINDS
} pa_line_kind;

/** How a field is written. */
typedef enum {
  PA_ESCAPE_NONE,
  /** \x22, \", \\, \n, \u0022 */
  PA_ESCAPE_BACKSLASH,
  /** %22 */
  PA_ESCAPE_PERCENT,
  /** #22 */
  PA_ESCAPE_HASH,
  /** "" for a quote */
  PA_ESCAPE_DOUBLED,
  /** JSON's escapes */
  PA_ESCAPE_JSON,
  /** texts of a JSON array, from within the first one to within the last */
  PA_ESCAPE_ARRAY
} pa_escape;

/** The three fields, in the order of a format's columns and paths. */
enum { PA_FIELD_PEER, PA_FIELD_HEADER, PA_FIELD_PROTO, PA_FIELDS };

/** The most keys of a path, and the most bytes of all paths. */
#define PA_PATH_KEYS 16
#define PA_PATH_BYTES 1024

/** Where a field stands: keys, one after another in pa_format.text. */
typedef struct {
  uint32_t keys;
  uint16_t start[PA_PATH_KEYS];
  uint16_t length[PA_PATH_KEYS];
} pa_path;

typedef struct {
  pa_line_kind kind;
  /** Numbers of columns, from 1 on; 0: there is no such field. */
  uint32_t column[PA_FIELDS];
  pa_path path[PA_FIELDS];
  uint8_t text[PA_PATH_BYTES];
} pa_format;

/** Of what a line is made; fields that are not there are {NULL, NULL}. */
typedef struct {
  pa_bytes field[PA_FIELDS];
  /** how the header is written */
  pa_escape escape;
  /** the peer's field with its quotes, for a line in which it is replaced */
  pa_bytes whole_peer;
  /** the header stood in quotes of a CSV line */
  bool is_quoted;
  /** of JSON: where the object ends */
  const uint8_t *object_end;
} pa_line;

/**
 * Reads a line.
 *
 * @param line  without its line end, and without a carriage return before it
 * @param out   receives the fields; meaningless unless true is returned
 * @return false if the line does not have the format, or not both fields; an
 *         absent header of JSON is {NULL, NULL}, as one written as "-" is
 */
bool pa_line_read(const pa_format *format, pa_bytes line, pa_line *out);

/** The same for an object of JSON. */
bool pa_json_read(const pa_format *format, pa_bytes line, pa_line *out);

/**
 * Decodes one unit.
 *
 * @param at    not at the end
 * @param unit  receives it
 * @return where the next one stands
 */
const uint8_t *pa_unescape(pa_escape escape, pa_bytes rest, pa_unit *unit);

/**
 * Writes foreign text within quotes of JSON, or where no control character may
 * be.
 *
 * @param out  has place for six bytes for each one
 * @return where it ends
 */
uint8_t *pa_write_escaped(pa_bytes bytes, bool in_json, uint8_t *out);

/** "http", "https", "ws" or "wss" in any letter case; NULL for all else. */
const char *pa_protocol_of(const pa_unit *unit, size_t length);

/** The same of a line: the first entry of its X-Forwarded-Proto. */
const char *pa_line_protocol(const pa_line *line);

/**
 * Finds the end of a record of CSV, which may have several lines. A record that
 * breaks RFC 4180, or has no end within PA_LINE_LONGEST bytes or the text, is
 * its first line alone.
 *
 * @param is_all  nothing follows the text
 * @return the place of its line end; NULL if more text has to be seen; `end` if
 *         the text ends without one
 */
const uint8_t *pa_csv_end(pa_bytes text, bool is_all);

/** The longest line that is read, in bytes without its end. */
#define PA_LINE_LONGEST ((size_t)1 << 20)

#endif
