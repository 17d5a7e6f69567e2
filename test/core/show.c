#include "show.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>

void show(shown *out, const char *format, ...) {
  size_t room = sizeof out->text - out->length;
  va_list arguments;
  va_start(arguments, format);
  int added = vsnprintf(out->text + out->length, room, format, arguments);
  va_end(arguments);
  if (added < 0) return;
  out->length += (size_t)added < room ? (size_t)added : room - 1;
}

void show_quoted(shown *out, const pa_unit *text, size_t length) {
  show(out, "\"");
  for (size_t i = 0; i < length; i++) {
    unsigned unit = text[i];
    if (unit == '"' || unit == '\\') {
      show(out, "\\%c", (int)unit);
    } else if (unit >= 0x20 && unit < 0x7f) {
      show(out, "%c", (int)unit);
    } else {
      show(out, "\\x%02x", unit);
    }
  }
  show(out, "\"");
}

static void show_bits(shown *out, pa_family family, uint64_t high,
                      uint64_t low) {
  if (family == PA_IPV4) {
    if (high != 0 || low > UINT32_MAX) show(out, "more than 32 bits: ");
    show(out, "%d.%d.%d.%d", (int)(low >> 24 & 255), (int)(low >> 16 & 255),
         (int)(low >> 8 & 255), (int)(low & 255));
    return;
  }
  for (int group = 0; group < 8; group++) {
    uint64_t word = group < 4 ? high : low;
    word = word >> (48 - 16 * (group % 4)) & 0xffff;
    show(out, group > 0 ? ":%" PRIx64 : "%" PRIx64, word);
  }
}

void show_address(shown *out, const pa_address *address) {
  if (address->family == PA_IPV4) {
    show(out, address->mapped ? "mapped " : "IPv4 ");
  } else {
    show(out, address->mapped ? "mapped, but not IPv4: " : "IPv6 ");
  }
  show_bits(out, address->family, address->high, address->low);
}

/** The first `kept` bits of a word of `width` bits. */
static uint64_t keep(uint64_t word, int kept, int width) {
  if (kept <= 0) return 0;
  return kept >= width ? word : word >> (width - kept) << (width - kept);
}

void show_subnet(shown *out, const pa_subnet *subnet) {
  int length = subnet->length;
  if (subnet->family == PA_IPV4) {
    show_bits(out, PA_IPV4, subnet->high, keep(subnet->low, length, 32));
  } else {
    show_bits(out, PA_IPV6, keep(subnet->high, length, 64),
              keep(subnet->low, length - 64, 64));
  }
  show(out, "/%d", length);
}
