/*
 * log: takes blocks of a log, and writes the same lines with their clients. An
 * incomplete last line is left for the next block. The only state between
 * blocks is whether the last line continues; the caller keeps it.
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
  /** the columns, then the line */
  PA_OUTPUT_BEFORE,
  PA_OUTPUT_AFTER,
  /** the line, with the client in place of the peer */
  PA_OUTPUT_REPLACE,
  /** only the columns */
  PA_OUTPUT_ALONE,
  /** a JSON object for rsyslog's mmexternal */
  PA_OUTPUT_RSYSLOG,
  /** flags, the line's offset, and the clients of both settings */
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
  /** a list, by the rule of the drop-in */
  PA_SETTING_LIST,
  /** the first `hops` hops, or all of them if that is PA_NONE */
  PA_SETTING_HOPS,
  /** a policy, by the rule of the resolver */
  PA_SETTING_STRICT,
  PA_SETTINGS
} pa_setting_kind;

typedef struct {
  pa_setting_kind kind;
  uint32_t hops;
  pa_trust_set *set;
  pa_policy policy;
  /** memory for the policy's answer, and for a client's canonical text */
  pa_answer *answer;
  pa_unit text[PA_FORMAT_LONGEST + 64];
} pa_setting;

/** A cached peer: the same few recur throughout a log. */
typedef struct {
  uint8_t raw[64];
  uint8_t raw_length;
  /** decoded, without brackets and port */
  uint8_t text_length;
  bool is_readable;
  /** for each setting that follows the rule of the drop-in */
  bool is_trusted[2];
  pa_address address;
  pa_unit unit[64];
} pa_log_peer;

#define PA_LOG_PEERS 64

/** A run: what to read, whom to trust, and what to write. */
typedef struct {
  pa_format format;
  pa_output output;
  uint32_t columns;
  uint32_t column[PA_COLUMNS];
  /** 1, or 2 to compare */
  uint32_t settings;
  pa_setting setting[2];
  /** addresses that are not public */
  pa_trust_set *private_set;
  /** memory for a decoded header: PA_LINE_LONGEST units */
  pa_unit *scratch;
  /** Each line needs to know whether its client is an address. */
  bool judges;
  /** of the run's own memory, without sets and policies */
  size_t size;
  /** the last slot takes peers that are too long to be cached */
  pa_log_peer peer[PA_LOG_PEERS + 1];
} pa_log;

/** The numbers that describe a run. */
enum {
  PA_RUN_KIND,
  PA_RUN_OUTPUT,
  PA_RUN_COLUMNS,
  PA_RUN_COLUMN,
  PA_RUN_SETTINGS = PA_RUN_COLUMN + PA_COLUMNS,
  /** kind and hops of each setting */
  PA_RUN_SETTING,
  /** the number of keys of each path; the lengths of all keys follow */
  PA_RUN_KEYS = PA_RUN_SETTING + 4,
  PA_RUN_WORDS = PA_RUN_KEYS + PA_FIELDS
};

/** Everything that a run is made from. */
typedef struct {
  /** PA_RUN_…, and the lengths of the paths' keys */
  const uint32_t *word;
  size_t words;
  /** the keys, one after another */
  const uint8_t *keys;
  size_t keys_length;
  /** lists of both settings, and the list of private subnets */
  pa_entries list[3];
  /** the numbers of each setting's policy, if it has one */
  const uint32_t *policy[2];
  size_t policy_words[2];
} pa_log_source;

/** Returns the size of a run's own memory in bytes; 0 for an invalid run. */
size_t pa_log_size(const pa_log_source *source);

/**
 * Makes a run.
 *
 * @param out  pa_log_size() bytes of zeros; unless an error is returned, to be
 *             disposed of
 * @return PA_ERR_MEMORY, or what is invalid: PA_ERR_RANGE for numbers, or
 *         PA_ERR_ADDRESS for an entry
 */
pa_error pa_log_make(const pa_log_source *source, pa_log *out);

/** Returns the memory of a run in bytes, including its sets and policies. */
size_t pa_log_memory(const pa_log *log);

/** Frees the sets, but not the run's own memory. */
void pa_log_dispose(pa_log *log);

/** Flags of a block. */
enum {
  /** It begins, or as a result the next begins, within a line too long. */
  PA_BLOCK_CONTINUES = 1,
  /** More text follows, so the last line may be incomplete. */
  PA_BLOCK_MORE = 2
};

/** The numbers of a block: arguments and results. */
enum {
  /** PA_BLOCK_…; argument and result */
  PA_BLOCK_FLAGS,
  /** the columns of the fields */
  PA_BLOCK_COLUMN,
  /** lines that begin at or after this offset are not handled */
  PA_BLOCK_LIMIT = PA_BLOCK_COLUMN + PA_FIELDS,
  PA_BLOCK_CONSUMED,
  PA_BLOCK_WRITTEN,
  PA_BLOCK_LINES,
  PA_BLOCK_UNREADABLE,
  /** lines whose client is not the peer, or differs between two settings */
  PA_BLOCK_CHANGED,
  /** the offset and the length of the first unreadable line */
  PA_BLOCK_FIRST,
  PA_BLOCK_FIRST_LENGTH,
  /** the room that the next line needs; 0 unless it lacked room */
  PA_BLOCK_NEEDED,
  PA_BLOCK_WORDS
};

/**
 * Flags of a record of PA_OUTPUT_COMPARE. The first three take a bit for each
 * setting; the next higher bit is that of the second one.
 */
enum {
  PA_IS_PRIVATE = 1,
  PA_IS_INVALID = 4,
  PA_IS_FORGEABLE = 16,
  PA_HAS_PORT = 64
};

/**
 * Handles the complete lines of a block for which the output has room. A line
 * longer than PA_LINE_LONGEST is passed on in pieces.
 *
 * @param word  PA_BLOCK_WORDS numbers
 */
void pa_log_run(pa_log *log, pa_bytes in, uint8_t *out, size_t room,
                uint32_t *word);

/* Shared by the files of this folder. Private to the core. */

/** Where a client was found, and its text. */
typedef struct {
  /** as the log spells it; used if `unit` is NULL */
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
  /** other text to the left of the header would change the client */
  bool is_forgeable;
  /** the peer is trusted */
  bool is_behind_proxy;
  /** the value of proto= in Forwarded */
  const pa_unit *proto;
  size_t proto_length;
} pa_derived;

/** A header as units: all of it, or its end. */
typedef struct {
  pa_bytes raw;
  pa_escape escape;
  const pa_unit *unit;
  size_t length;
  /** how many bytes at the left have no units; then each unit is one byte */
  size_t left_out;
  bool is_decoded;
} pa_log_header;

/** Returns the cached peer, or reads it. */
const pa_log_peer *pa_log_peer_read(pa_log *log, pa_bytes raw);

/** Converts a header to units: its end, or all of it if it has escapes. */
pa_log_header pa_log_header_read(pa_log *log, const pa_line *line);

/** Finds the client, by one of the settings. */
void pa_log_derive(pa_log *log, uint32_t setting, const pa_log_peer *peer,
                   pa_log_header *header, pa_derived *out);

/** Returns whether an entry of the header has a port. */
bool pa_log_has_port(pa_log *log, pa_log_header *header);

/** Returns the maximal size of what is written for a line of this length. */
size_t pa_log_room(const pa_log *log, size_t length, bool is_readable);

/** A line to be written. */
typedef struct {
  pa_bytes text;
  /** its line end: "\r\n", "\n" or empty */
  pa_bytes end;
  /** its offset in the block */
  size_t place;
  const pa_line *fields;
  const pa_log_peer *peer;
  const pa_derived *derived;
  bool has_port;
} pa_written_line;

/** Writes a line; `fields` is NULL if it is unreadable. Returns the end. */
uint8_t *pa_log_write(const pa_log *log, const pa_written_line *line,
                      uint8_t *out);

/** Returns whether both clients have the same text, or neither exists. */
bool pa_derived_equal(const pa_derived *one, const pa_derived *other);

#ifdef __cplusplus
}
#endif

#endif
