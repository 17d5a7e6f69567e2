/*
 * log: blocks of a log in, the same lines with their clients out. An incomplete
 * last line is left to the next block. All that a block says of what follows is
 * whether its last line goes on; the caller keeps that.
 */
#ifndef PA_LOG_H
#define PA_LOG_H

#include "../resolve.h"
#include "../strict/crossing.h"
#include "line.h"

#ifdef __cplusplus
extern "C" {
#endif

/** What is written for a line. */
typedef enum {
  /** the columns, and then the line */
  PA_OUTPUT_BEFORE,
  PA_OUTPUT_AFTER,
  /** the line, the client in place of the peer */
  PA_OUTPUT_REPLACE,
  /** the columns alone */
  PA_OUTPUT_ALONE,
  /** an object for rsyslog's mmexternal */
  PA_OUTPUT_RSYSLOG,
  /** flags, the line's place, and the clients of both settings */
  PA_OUTPUT_COMPARE,
  /** the peer and the header, as the log has them */
  PA_OUTPUT_FIELDS,
  PA_OUTPUTS
} pa_output;

typedef enum {
  PA_COLUMN_CLIENT,
  PA_COLUMN_REASON,
  PA_COLUMN_HOP,
  PA_COLUMN_PROTOCOL,
  PA_COLUMNS
} pa_column;

/** Whom a setting trusts. */
typedef enum {
  /** a list, with the rule of the drop-in */
  PA_SETTING_LIST,
  /** the first so many hops, or with PA_NONE all of them */
  PA_SETTING_HOPS,
  /** a policy, with the rule of the resolver */
  PA_SETTING_STRICT,
  PA_SETTINGS
} pa_setting_kind;

typedef struct {
  pa_setting_kind kind;
  uint32_t hops;
  pa_trust_set *set;
  pa_policy policy;
  /** memory for an answer of the policy, and for a client's canonical text */
  pa_answer *answer;
  pa_unit text[PA_FORMAT_LONGEST + 64];
} pa_setting;

/** A peer that was read before: the same few come again and again. */
typedef struct {
  uint8_t raw[64];
  uint8_t raw_length;
  /** decoded, without brackets and port */
  uint8_t text_length;
  bool is_readable;
  /** by each setting with the rule of the drop-in */
  bool is_trusted[2];
  pa_address address;
  pa_unit unit[64];
} pa_log_peer;

#define PA_LOG_PEERS 64

/** A run: what to read, whom to trust, what to write. */
typedef struct {
  pa_format format;
  pa_output output;
  uint32_t columns;
  uint32_t column[PA_COLUMNS];
  /** the second one is for comparing */
  uint32_t settings;
  pa_setting setting[2];
  /** addresses that are nobody's on the internet */
  pa_trust_set *private_set;
  /** memory for a decoded header, PA_LINE_LONGEST units */
  pa_unit *scratch;
  /** Whether a client is an address has to be known for each line. */
  bool judges;
  /** of its memory, without sets and policies */
  size_t size;
  /** the last place is for peers that are too long to be kept */
  pa_log_peer peer[PA_LOG_PEERS + 1];
} pa_log;

/** The numbers that describe a run. */
enum {
  PA_RUN_KIND,
  PA_RUN_OUTPUT,
  PA_RUN_COLUMNS,
  PA_RUN_COLUMN,
  PA_RUN_SETTINGS = PA_RUN_COLUMN + PA_COLUMNS,
  /** kind and hops of each */
  PA_RUN_SETTING,
  /** how many keys each path has; the lengths of all keys follow */
  PA_RUN_KEYS = PA_RUN_SETTING + 4,
  PA_RUN_WORDS = PA_RUN_KEYS + PA_FIELDS
};

/** All of which a run is made. */
typedef struct {
  /** PA_RUN_…, and the lengths of the paths' keys */
  const uint32_t *word;
  size_t words;
  /** the keys, one after another */
  const uint8_t *keys;
  size_t keys_length;
  /** lists of both settings, and the private ones */
  pa_entries list[3];
  /** the numbers of a policy, for a setting that has one */
  const uint32_t *policy[2];
  size_t policy_words[2];
} pa_log_source;

/** The bytes of memory that a run takes; 0 if it is invalid. */
size_t pa_log_size(const pa_log_source *source);

/**
 * Makes a run.
 *
 * @param out  memory of that size, all zero; to be disposed of unless there is
 *             an error
 * @return PA_ERR_MEMORY, or what is invalid: PA_ERR_RANGE for numbers, or
 *         PA_ERR_ADDRESS for an entry
 */
pa_error pa_log_make(const pa_log_source *source, pa_log *out);

/** The bytes that a run holds, those of its sets and policies included. */
size_t pa_log_memory(const pa_log *log);

/** Frees the sets, but not the memory of the run. */
void pa_log_dispose(pa_log *log);

/** Of a block. */
enum {
  /** It begins within a line that is too long; answered, the next one does. */
  PA_BLOCK_CONTINUES = 1,
  /** More follows, so that the last line may not be whole. */
  PA_BLOCK_MORE = 2
};

/** The numbers of a block: what is given, and what is answered. */
enum {
  /** PA_BLOCK_…; given and answered */
  PA_BLOCK_FLAGS,
  /** columns of the fields */
  PA_BLOCK_COLUMN,
  /** lines that begin from this place on are not handled */
  PA_BLOCK_LIMIT = PA_BLOCK_COLUMN + PA_FIELDS,
  PA_BLOCK_CONSUMED,
  PA_BLOCK_WRITTEN,
  PA_BLOCK_LINES,
  PA_BLOCK_UNREADABLE,
  /** lines whose client is not the peer; comparing, not the one before */
  PA_BLOCK_CHANGED,
  /** where the first line stands that cannot be read, and its length */
  PA_BLOCK_FIRST,
  PA_BLOCK_FIRST_LENGTH,
  /** the room that the next line needs; 0 if that is not why it is left */
  PA_BLOCK_NEEDED,
  PA_BLOCK_WORDS
};

/** Flags of a record of PA_OUTPUT_COMPARE; the second one of each pair is for
 * the second setting. */
enum {
  PA_IS_PRIVATE = 1,
  PA_IS_INVALID = 4,
  PA_IS_FORGEABLE = 16,
  PA_HAS_PORT = 64
};

/**
 * Handles the whole lines of a block, as far as the output has room. A line
 * that is longer than PA_LINE_LONGEST passes in pieces.
 *
 * @param word  PA_BLOCK_WORDS numbers
 */
void pa_log_run(pa_log *log, pa_bytes in, uint8_t *out, size_t room,
                uint32_t *word);

/* What the parts of this capability share. Private to the core. */

/** Where a client was found, and how it is written. */
typedef struct {
  /** the log's own spelling, if there is no `unit` */
  pa_bytes raw;
  const pa_unit *unit;
  size_t length;
  uint32_t hop;
  pa_reason reason;
  bool has_client;
  bool is_peer;
  /** the text is an address */
  bool is_address;
  pa_address address;
  /** with another text to the left of the header there would be another client
   */
  bool is_forgeable;
  /** the peer is trusted */
  bool is_behind_proxy;
  /** of Forwarded: proto= */
  const pa_unit *proto;
  size_t proto_length;
} pa_derived;

/** A header as units, all of it or its end. */
typedef struct {
  pa_bytes raw;
  pa_escape escape;
  const pa_unit *unit;
  size_t length;
  /** bytes of the log to the left of the units, which are one for each byte */
  size_t left_out;
  bool is_decoded;
} pa_log_header;

/** Finds the peer among those that were read, or reads it. */
const pa_log_peer *pa_log_peer_read(pa_log *log, pa_bytes raw);

/** Makes units of a header's end, or of all of it. */
pa_log_header pa_log_header_read(pa_log *log, const pa_line *line);

/** Finds the client by one of the settings. */
void pa_log_derive(pa_log *log, uint32_t setting, const pa_log_peer *peer,
                   pa_log_header *header, pa_derived *out);

/** Has an entry of the header a port? */
bool pa_log_has_port(pa_log *log, pa_log_header *header);

/** The bytes that a line may take once it is written. */
size_t pa_log_room(const pa_log *log, size_t length, bool is_readable);

/** A line on its way out. */
typedef struct {
  pa_bytes text;
  /** its end as it was: "\r\n", "\n" or nothing */
  pa_bytes end;
  /** where it stands in the block */
  size_t place;
  const pa_line *fields;
  const pa_log_peer *peer;
  const pa_derived *derived;
  bool has_port;
} pa_written_line;

/** Writes a line; `fields` is NULL if it cannot be read. */
uint8_t *pa_log_write(const pa_log *log, const pa_written_line *line,
                      uint8_t *out);

/** Are both clients the same text? */
bool pa_derived_equal(const pa_derived *one, const pa_derived *other);

#ifdef __cplusplus
}
#endif

#endif
