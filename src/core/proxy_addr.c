/* proxy_addr: the numbers this core was built with, and its names. */
#include "proxy_addr.h"

#define WORD(type, field) (uint32_t)(offsetof(type, field) / sizeof(uint32_t))
#define WORDS(type) (uint32_t)(sizeof(type) / sizeof(uint32_t))

#define NUMBERS 35

/* In the order of lib/engine/layout.js. */
const uint32_t pa_layout[NUMBERS] = {
    NUMBERS,
    PA_INTERFACE,
    PA_LENGTH_VALUES,
    PA_TAIL_UNITS,
    PA_SHORT_UNITS,
    PA_ERROR_VALUES,
    PA_ERR_ADDRESS,
    PA_ERR_RANGE,
    PA_FAULTS,
    PA_FORMS,
    WORDS(pa_described),
    WORD(pa_described, family),
    WORD(pa_described, length),
    WORD(pa_described, word),
    WORD(pa_described, text_length),
    WORD(pa_described, text),
    WORDS(pa_description),
    WORD(pa_description, fault),
    WORD(pa_description, start),
    WORD(pa_description, end),
    WORD(pa_description, written),
    WORD(pa_description, name),
    WORD(pa_description, length),
    WORD(pa_description, address),
    WORD(pa_description, count),
    WORD(pa_description, subnet),
    WORDS(pa_hop),
    WORD(pa_hop, fault),
    WORD(pa_hop, start),
    WORD(pa_hop, end),
    WORD(pa_hop, written),
    WORD(pa_hop, address),
    WORD(pa_hop, entry),
    WORD(pa_hop, name),
    WORD(pa_hop, subnet),
};

typedef struct {
  uint32_t *at;
  size_t room;
  size_t length;
} writer;

static void put(writer *out, uint32_t unit) {
  if (out->length < out->room) out->at[out->length] = unit;
  out->length++;
}

static void put_subnet(writer *out, const pa_subnet *subnet) {
  pa_unit text[PA_FORMAT_LONGEST];
  const pa_address address = {
      .high = subnet->high, .low = subnet->low, .family = subnet->family};
  size_t length = pa_address_format(&address, text);
  put(out, ' ');
  for (size_t i = 0; i < length; i++)
    put(out, text[i]);
  put(out, '/');
  if (subnet->length >= 100) put(out, '0' + subnet->length / 100U);
  if (subnet->length >= 10) put(out, '0' + subnet->length / 10U % 10);
  put(out, '0' + subnet->length % 10U);
}

/* NOLINTNEXTLINE(readability-non-const-parameter): `text` writes through it. */
size_t pa_names_write(uint32_t *out, size_t room) {
  writer text = {out, room, 0};
  for (size_t i = 0; i < pa_names_count; i++) {
    const pa_name *name = &pa_names[i];
    for (size_t at = 0; at < name->length; at++)
      put(&text, (unsigned char)name->text[at]);
    for (size_t j = 0; j < name->count; j++)
      put_subnet(&text, &name->subnet[j]);
    put(&text, '\n');
  }
  return text.length;
}
