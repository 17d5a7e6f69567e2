/* entries: a trust list -> its set. */
#include "entries.h"

static pa_error add_entry(pa_builder *builder, const pa_unit *text,
                          size_t length) {
  pa_subnet subnet[PA_SUBNETS_PER_ENTRY];
  size_t count = 0;
  pa_error error = pa_subnet_parse(text, length, subnet, &count);
  for (size_t i = 0; error == PA_OK && i < count; i++)
    error = pa_builder_add(builder, &subnet[i]);
  return error;
}

pa_error pa_compile(const pa_entries *entries, pa_trust_set **out,
                    size_t *entry) {
  pa_builder builder = {0};
  pa_entries rest = *entries;
  pa_error error = PA_OK;
  while (error == PA_OK && rest.count > 0) {
    const pa_unit *text = NULL;
    size_t length = pa_entries_take(&rest, &text);
    error = add_entry(&builder, text, length);
  }
  if (error == PA_ERR_ADDRESS || error == PA_ERR_RANGE)
    *entry = entries->count - rest.count - 1;
  if (error == PA_OK) error = pa_builder_finish(&builder, out);
  pa_builder_dispose(&builder);
  return error;
}
