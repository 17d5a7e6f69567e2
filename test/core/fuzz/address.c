#include "check.h"
#include "fuzz.h"

#include <string.h>

typedef bool parser(const pa_unit *, size_t, pa_address *);

/** Parses into memory that was filled with a pattern, padding included. */
static bool parse_into(parser *parse, const input *given, pa_address *out) {
  pa_address before;
  memset(&before, 0xa5, sizeof before);
  memcpy(out, &before, sizeof before);
  bool valid = parse(given->text, given->length, out);
  CHECK(valid || memcmp(out, &before, sizeof before) == 0);
  return valid;
}

static bool is_ascii(const input *given) {
  for (size_t i = 0; i < given->length; i++) {
    if (given->text[i] > 0x7f) return false;
  }
  return true;
}

/* ::ffff:0:0/96 belongs to IPv4. */
static bool is_in_its_space(const pa_address *address) {
  if (address->family == PA_IPV4)
    return address->high == 0 && address->low <= UINT32_MAX;
  return !address->mapped &&
         (address->high != 0 || address->low >> 32 != 0xffff);
}

void fuzz_address(const uint8_t *data, size_t size) {
  input given = input_read(data, size);
  pa_address quick, full;
  bool valid = parse_into(pa_address_parse_full, &given, &full);
  CHECK(parse_into(pa_address_parse, &given, &quick) == valid);
  if (valid) {
    CHECK(quick.high == full.high && quick.low == full.low);
    CHECK(quick.family == full.family && quick.mapped == full.mapped);
    CHECK(is_in_its_space(&full));
    CHECK(is_ascii(&given));
  }
  input_free(&given, 1);
}
