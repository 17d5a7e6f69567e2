/* block: handles the lines of a block, one after another. */
#include "log.h"

/* The state while a block is handled. */
typedef struct {
  pa_log *log;
  pa_bytes rest;
  const uint8_t *start;
  uint8_t *out;
  uint8_t *out_end;
  uint32_t *word;
  bool has_more;
  /* The block ends within a line that is too long. */
  bool continues;
} block;

/* Returns the end of the next line; NULL if more text is needed to find it. */
static const uint8_t *find_end(const block *now) {
  if (now->log->format.kind == PA_LINE_CSV)
    return pa_csv_end(now->rest, !now->has_more);
  const uint8_t *end = pa_bytes_find(now->rest, '\n');
  return end < now->rest.end || !now->has_more ? end : NULL;
}

/* Returns the line that ends at `end`, with its line end apart. */
static pa_written_line next_line(const block *now, const uint8_t *end) {
  pa_written_line line = {.text = {now->rest.at, end}, .end = {end, end}};
  if (end < now->rest.end) line.end.end++;
  if (line.text.at < line.text.end && end[-1] == '\r')
    line.text.end = line.end.at = end - 1;
  line.place = (size_t)(now->rest.at - now->start);
  return line;
}

static bool writes_lines(const pa_log *log) {
  return log->output <= PA_OUTPUT_REPLACE;
}

static uint8_t *copy(pa_bytes from, uint8_t *out) {
  while (from.at < from.end)
    *out++ = *from.at++;
  return out;
}

/* Passes on the rest of a line that began in an earlier block. */
static void pass_continued(block *now) {
  pa_bytes rest = now->rest;
  rest.end = pa_bytes_find(rest, '\n');
  if (rest.end < now->rest.end)
    rest.end++;
  else
    now->continues = now->has_more;
  if (writes_lines(now->log)) now->out = copy(rest, now->out);
  now->rest.at = rest.end;
}

static bool is_client_the_peer(const pa_log_peer *peer,
                               const pa_derived *derived) {
  if (derived->is_peer) return true;
  if (!derived->has_client) return false;
  if (derived->unit == NULL) {
    if (pa_bytes_length(derived->raw) != peer->text_length) return false;
    for (size_t i = 0; i < peer->text_length; i++) {
      if (derived->raw.at[i] != peer->unit[i]) return false;
    }
    return true;
  }
  if (derived->length != peer->text_length) return false;
  for (size_t i = 0; i < derived->length; i++) {
    if (derived->unit[i] != peer->unit[i]) return false;
  }
  return true;
}

static pa_unit unit_at(const pa_derived *client, size_t i) {
  return client->unit != NULL ? client->unit[i] : client->raw.at[i];
}

bool pa_derived_equal(const pa_derived *one, const pa_derived *other) {
  if (!one->has_client || !other->has_client)
    return one->has_client == other->has_client;
  size_t length = one->unit != NULL ? one->length : pa_bytes_length(one->raw);
  size_t others =
      other->unit != NULL ? other->length : pa_bytes_length(other->raw);
  if (length != others) return false;
  for (size_t i = 0; i < length; i++) {
    if (unit_at(one, i) != unit_at(other, i)) return false;
  }
  return true;
}

/* Counts a line that cannot be read. */
static void note_unreadable(block *now, const pa_written_line *line) {
  uint32_t *word = now->word;
  if (word[PA_BLOCK_UNREADABLE]++ > 0) return;
  word[PA_BLOCK_FIRST] = (uint32_t)line->place;
  word[PA_BLOCK_FIRST_LENGTH] = (uint32_t)pa_bytes_length(line->text);
}

static void derive(block *now, pa_written_line *line, pa_derived *derived) {
  pa_log *log = now->log;
  pa_log_header header = pa_log_header_read(log, line->fields);
  pa_log_derive(log, 0, line->peer, &header, &derived[0]);
  line->derived = derived;
  if (log->settings == 1) {
    if (!is_client_the_peer(line->peer, &derived[0]))
      now->word[PA_BLOCK_CHANGED]++;
    return;
  }
  pa_log_derive(log, 1, line->peer, &header, &derived[1]);
  line->has_port = pa_log_has_port(log, &header);
  if (!pa_derived_equal(&derived[0], &derived[1]))
    now->word[PA_BLOCK_CHANGED]++;
}

static bool read_line(block *now, pa_written_line *line, pa_line *fields) {
  if (pa_bytes_length(line->text) > PA_LINE_LONGEST ||
      !pa_line_read(&now->log->format, line->text, fields))
    return false;
  line->peer = pa_log_peer_read(now->log, fields->field[PA_FIELD_PEER]);
  return line->peer->is_readable;
}

/* Returns whether the output has room for a line; if not, notes its size. */
static bool has_room(block *now, const pa_written_line *line,
                     bool is_readable) {
  size_t needed =
      pa_log_room(now->log, pa_bytes_length(line->text), is_readable);
  if ((size_t)(now->out_end - now->out) >= needed) return true;
  now->word[PA_BLOCK_NEEDED] = (uint32_t)needed;
  return false;
}

/* A message of RFC 3164 begins with the blank after its tag. */
static void skip_tag_blank(const pa_log *log, pa_written_line *line) {
  if (log->output == PA_OUTPUT_RSYSLOG && line->text.at < line->text.end &&
      *line->text.at == ' ')
    line->text.at++;
}

static bool is_comment(const pa_written_line *line) {
  return line->text.at < line->text.end && *line->text.at == '#';
}

/* Copies a comment up to `end`, or writes an empty answer for it. */
static bool pass_comment(block *now, const pa_written_line *line,
                         const uint8_t *end) {
  if (!has_room(now, line, false)) return false;
  now->out = writes_lines(now->log)
                 ? copy((pa_bytes){line->text.at, end}, now->out)
                 : pa_log_write(now->log, line, now->out);
  now->rest.at = end;
  return true;
}

/* Returns false if there is no room for the line. */
static bool run_line(block *now, const uint8_t *text_end) {
  pa_written_line line = next_line(now, text_end);
  const uint8_t *end = line.end.end;
  skip_tag_blank(now->log, &line);
  if (is_comment(&line)) return pass_comment(now, &line, end);
  pa_line fields;
  pa_derived derived[2];
  bool is_readable = read_line(now, &line, &fields);
  if (!has_room(now, &line, is_readable)) return false;
  now->word[PA_BLOCK_LINES]++;
  if (is_readable) {
    line.fields = &fields;
    derive(now, &line, derived);
  } else {
    note_unreadable(now, &line);
  }
  now->out = pa_log_write(now->log, &line, now->out);
  now->rest.at = end;
  return true;
}

/*
 * Passes on the first piece of a line that is too long, as an unreadable line
 * whose end follows in another block. Returns false if there is no room for it.
 */
static bool begin_long(block *now) {
  pa_written_line line = {.text = now->rest,
                          .end = {now->rest.end, now->rest.end},
                          .place = (size_t)(now->rest.at - now->start)};
  static const uint8_t end_of_line[] = {'\n'};
  if (!has_room(now, &line, false)) return false;
  now->continues = true;
  if (!writes_lines(now->log))
    line.end = (pa_bytes){end_of_line, end_of_line + 1};
  if (is_comment(&line)) return pass_comment(now, &line, now->rest.end);
  now->word[PA_BLOCK_LINES]++;
  note_unreadable(now, &line);
  now->out = pa_log_write(now->log, &line, now->out);
  now->rest.at = now->rest.end;
  return true;
}

/* Handles the next line; returns false if it has to wait. */
static bool run_next(block *now) {
  const uint8_t *end = find_end(now);
  if (end != NULL) return run_line(now, end);
  return pa_bytes_length(now->rest) > PA_LINE_LONGEST &&
         pa_bytes_find(now->rest, '\n') == now->rest.end && begin_long(now);
}

/* Passes on the rest of a line; returns false if there is no room for it. */
static bool run_continued(block *now) {
  size_t length = pa_bytes_length(now->rest);
  if ((size_t)(now->out_end - now->out) < length) {
    now->word[PA_BLOCK_NEEDED] = (uint32_t)length;
    now->continues = true;
    return false;
  }
  pass_continued(now);
  return true;
}

/* NOLINTNEXTLINE(readability-non-const-parameter): `now` writes through it. */
void pa_log_run(pa_log *log, pa_bytes in, uint8_t *out, size_t room,
                uint32_t *word) {
  uint32_t flags = word[PA_BLOCK_FLAGS];
  const uint8_t *limit = in.at + word[PA_BLOCK_LIMIT];
  block now = {.log = log,
               .rest = in,
               .start = in.at,
               .out = out,
               .out_end = out + room,
               .word = word,
               .has_more = (flags & PA_BLOCK_MORE) != 0};
  for (int i = 0; i < PA_FIELDS; i++)
    log->format.column[i] = word[PA_BLOCK_COLUMN + i];
  for (int i = PA_BLOCK_CONSUMED; i < PA_BLOCK_WORDS; i++)
    word[i] = 0;
  bool goes_on = (flags & PA_BLOCK_CONTINUES) == 0 || run_continued(&now);
  while (goes_on && now.rest.at < now.rest.end && now.rest.at < limit)
    goes_on = run_next(&now);
  word[PA_BLOCK_FLAGS] = now.continues ? PA_BLOCK_CONTINUES : 0U;
  word[PA_BLOCK_CONSUMED] = (uint32_t)(now.rest.at - in.at);
  word[PA_BLOCK_WRITTEN] = (uint32_t)(now.out - out);
}
