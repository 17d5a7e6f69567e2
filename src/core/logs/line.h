/*
 * line: a line of a log -> where the peer's address, the header and the
 * protocol are in it, and how the header is encoded.
 *
 * Nothing here reads addresses; fields are bytes of the line, escapes included.
 */
#ifndef PA_LINE_H
#define PA_LINE_H

#include "bytes.h"

/** How lines are divided into fields. */
typedef enum {
  /** nginx and Apache: the peer comes first, the header in the fourth quotes */
  PA_LINE_COMBINED,
  /** columns separated by tabs */
  PA_LINE_TSV,
  /** the same, with CloudFront's percent-encoding */
  PA_LINE_CLOUDFRONT,
  /** columns of RFC 4180 */
  PA_LINE_CSV,
  /** HAProxy's option httplog; the header is one of those captured */
  PA_LINE_HAPROXY,
  /** an object, with a path of keys to each field */
  PA_LINE_JSON,
  PA_LINE_KINDS
} pa_line_kind;

/** How a field is encoded. */
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
  /** strings of a JSON array, from within the first one to within the last */
  PA_ESCAPE_ARRAY
} pa_escape;

/** The three fields, in the order of a format's columns and paths. */
enum { PA_FIELD_PEER, PA_FIELD_HEADER, PA_FIELD_PROTO, PA_FIELDS };

/** The maximal number of keys of a path, and of bytes of all paths. */
#define PA_PATH_KEYS 16
#define PA_PATH_BYTES 1024

/** The path to a field: keys, one after another in pa_format.text. */
typedef struct {
  uint32_t keys;
  uint16_t start[PA_PATH_KEYS];
  uint16_t length[PA_PATH_KEYS];
} pa_path;

typedef struct {
  pa_line_kind kind;
  /** The number of each field's column, from 1; 0 if there is no such field. */
  uint32_t column[PA_FIELDS];
  pa_path path[PA_FIELDS];
  uint8_t text[PA_PATH_BYTES];
} pa_format;

/** The parts of a line; fields that it does not have are {NULL, NULL}. */
typedef struct {
  pa_bytes field[PA_FIELDS];
  /** how the header is encoded */
  pa_escape escape;
  /** the peer's field with its quotes, as it is replaced */
  pa_bytes whole_peer;
  /** the header was quoted in CSV */
  bool is_quoted;
  /** for JSON, the end of the object */
  const uint8_t *object_end;
} pa_line;

/**
 * Reads a line.
 *
 * @param line  without its line end, and without a carriage return before it
 * @param out   receives the fields; meaningless unless true is returned
 * @return false if the line does not have the format, or lacks the peer or the
 *         header. JSON may lack the header, which is then {NULL, NULL}, like
 *         one that is written as "-"
 */
bool pa_line_read(const pa_format *format, pa_bytes line, pa_line *out);

/** The same for JSON. */
bool pa_json_read(const pa_format *format, pa_bytes line, pa_line *out);

/**
 * Decodes one unit.
 *
 * @param rest  the text that begins with the unit; not empty
 * @param unit  receives the unit
 * @return where the next unit begins
 */
const uint8_t *pa_unescape(pa_escape escape, pa_bytes rest, pa_unit *unit);

/**
 * Writes foreign text as the content of a JSON string, or where control
 * characters are not allowed.
 *
 * @param out  has room for six bytes for each byte of the text
 * @return the end of what was written
 */
uint8_t *pa_write_escaped(pa_bytes bytes, bool in_json, uint8_t *out);

/** Returns "http", "https", "ws" or "wss", given in any case; or NULL. */
const char *pa_protocol_of(const pa_unit *unit, size_t length);

/** The same for the first entry of a line's X-Forwarded-Proto. */
const char *pa_line_protocol(const pa_line *line);

/**
 * Finds the end of a CSV record, which may span several lines. If a record
 * violates RFC 4180, or has no end within PA_LINE_LONGEST bytes or the text,
 * only its first line is the record.
 *
 * @param is_all  nothing follows the text
 * @return the address of its line end; NULL if more text is needed; `end` if
 *         the text ends without a line end
 */
const uint8_t *pa_csv_end(pa_bytes text, bool is_all);

/** The maximal length of a line that is read, in bytes without its line end. */
#define PA_LINE_LONGEST ((size_t)1 << 20)

#endif
