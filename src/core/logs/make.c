/* make: makes a run from the numbers and texts that describe it. */
#include "log.h"

static uint32_t most_entries(const pa_log_source *source, uint32_t setting) {
  return source->policy_words[setting] >= PA_CONFIG_WORDS
             ? source->policy[setting][PA_CONFIG_MOST_ENTRIES]
             : 0;
}

/* Above what the resolver allows. */
#define MOST_ENTRIES 100000U

static size_t answer_size(uint32_t entries) {
  return pa_crossing_words(entries) * sizeof(uint32_t);
}

size_t pa_log_size(const pa_log_source *source) {
  uint32_t first = most_entries(source, 0), second = most_entries(source, 1);
  if (source->words < PA_RUN_WORDS || first > MOST_ENTRIES ||
      second > MOST_ENTRIES)
    return 0;
  return sizeof(pa_log) + answer_size(first) + answer_size(second) +
         PA_LINE_LONGEST * sizeof(pa_unit);
}

static bool is_valid(const uint32_t *word) {
  if (word[PA_RUN_KIND] >= PA_LINE_KINDS || word[PA_RUN_OUTPUT] >= PA_OUTPUTS ||
      word[PA_RUN_COLUMNS] < 1 || word[PA_RUN_COLUMNS] > PA_COLUMNS ||
      word[PA_RUN_SETTINGS] < 1 || word[PA_RUN_SETTINGS] > 2 ||
      (word[PA_RUN_OUTPUT] == PA_OUTPUT_COMPARE && word[PA_RUN_SETTINGS] != 2))
    return false;
  for (int i = 0; i < PA_COLUMNS; i++) {
    if (word[PA_RUN_COLUMN + i] >= PA_COLUMNS) return false;
  }
  return word[PA_RUN_SETTING] < PA_SETTINGS &&
         word[PA_RUN_SETTING + 2] < PA_SETTINGS;
}

static bool read_paths(const pa_log_source *source, pa_format *out) {
  const uint32_t *length = source->word + PA_RUN_WORDS;
  size_t left = source->words - PA_RUN_WORDS;
  uint32_t at = 0;
  if (source->keys_length > PA_PATH_BYTES) return false;
  for (size_t i = 0; i < source->keys_length; i++)
    out->text[i] = source->keys[i];
  for (int i = 0; i < PA_FIELDS; i++) {
    pa_path *path = &out->path[i];
    path->keys = source->word[PA_RUN_KEYS + i];
    if (path->keys > PA_PATH_KEYS || path->keys > left) return false;
    left -= path->keys;
    for (uint32_t key = 0; key < path->keys; key++, length++) {
      if (*length > source->keys_length - at) return false;
      path->start[key] = (uint16_t)at;
      path->length[key] = (uint16_t)*length;
      at += *length;
    }
  }
  return true;
}

static pa_error make_setting(const pa_log_source *source, uint32_t i,
                             pa_setting *out) {
  size_t entry;
  out->kind = (pa_setting_kind)source->word[PA_RUN_SETTING + 2 * i];
  out->hops = source->word[PA_RUN_SETTING + 2 * i + 1];
  switch (out->kind) {
  case PA_SETTING_LIST: return pa_compile(&source->list[i], &out->set, &entry);
  case PA_SETTING_STRICT:
    return source->policy[i] == NULL
               ? PA_ERR_RANGE
               : pa_policy_compile(source->policy[i], source->policy_words[i],
                                   &source->list[i], &out->policy);
  default: return PA_OK;
  }
}

/* Returns whether the setting asks its caller, which is impossible in a run. */
static bool asks(const pa_setting *setting) {
  return setting->kind == PA_SETTING_STRICT &&
         ((setting->policy.flags & PA_POLICY_ASK) != 0 ||
          setting->policy.from_ask != 0);
}

static bool judges(const pa_log *log) {
  bool has_reason = false;
  for (uint32_t i = 0; i < log->columns; i++)
    has_reason |= log->column[i] == PA_COLUMN_REASON;
  return has_reason || log->output >= PA_OUTPUT_RSYSLOG ||
         log->format.kind == PA_LINE_CSV;
}

static void place_memory(const pa_log_source *source, pa_log *out) {
  uint8_t *memory = (uint8_t *)(out + 1);
  for (uint32_t i = 0; i < 2; i++) {
    out->setting[i].answer = (pa_answer *)(void *)memory;
    memory += answer_size(most_entries(source, i));
  }
  out->scratch = (pa_unit *)(void *)memory;
}

pa_error pa_log_make(const pa_log_source *source, pa_log *out) {
  const uint32_t *word = source->word;
  size_t entry;
  if (!is_valid(word)) return PA_ERR_RANGE;
  out->size = pa_log_size(source);
  out->format.kind = (pa_line_kind)word[PA_RUN_KIND];
  out->output = (pa_output)word[PA_RUN_OUTPUT];
  out->columns = word[PA_RUN_COLUMNS];
  out->settings = word[PA_RUN_SETTINGS];
  for (int i = 0; i < PA_COLUMNS; i++)
    out->column[i] = word[PA_RUN_COLUMN + i];
  out->judges = judges(out);
  place_memory(source, out);
  if (!read_paths(source, &out->format)) return PA_ERR_RANGE;
  pa_error error = pa_compile(&source->list[2], &out->private_set, &entry);
  for (uint32_t i = 0; error == PA_OK && i < out->settings; i++) {
    error = make_setting(source, i, &out->setting[i]);
    if (error == PA_OK && asks(&out->setting[i])) error = PA_ERR_RANGE;
  }
  if (error != PA_OK) pa_log_dispose(out);
  return error;
}

size_t pa_log_memory(const pa_log *log) {
  size_t size = log->size + pa_trust_set_size(log->private_set);
  for (uint32_t i = 0; i < log->settings; i++) {
    const pa_setting *setting = &log->setting[i];
    if (setting->kind == PA_SETTING_LIST)
      size += pa_trust_set_size(setting->set);
    if (setting->kind == PA_SETTING_STRICT)
      size += pa_policy_size(&setting->policy);
  }
  return size;
}

void pa_log_dispose(pa_log *log) {
  pa_trust_set_free(log->private_set);
  for (uint32_t i = 0; i < log->settings; i++) {
    pa_trust_set_free(log->setting[i].set);
    if (log->setting[i].kind == PA_SETTING_STRICT)
      pa_policy_dispose(&log->setting[i].policy);
  }
}
