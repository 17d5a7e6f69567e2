/* subnet: finds the subnets that an entry of a trust list stands for. */
#include "subnet.h"

#include "grammar.h"

#include <string.h>

/* The length of the prefix ::ffff:0:0/96, which the IPv4 address follows. */
#define MAPPED_PREFIX 96

#define V4(a, b, c, d, length)                                                 \
  {                                                                            \
    0, (uint64_t)(a) << 24 | (uint64_t)(b) << 16 | (c) << 8 | (d), PA_IPV4,    \
        length                                                                 \
  }

#define TEXT(literal) literal, sizeof literal - 1

/*
 * The names of proxy-addr 2.0.8, and their subnets there, including host bits.
 * RFC 3927, 4291 (link-local); RFC 1122, 4291; RFC 1918, 4193.
 */
const pa_name pa_names[] = {
    {TEXT("linklocal"),
     {V4(169, 254, 0, 0, 16), {0xfe80000000000000, 0, PA_IPV6, 10}},
     2},
    {TEXT("loopback"), {V4(127, 0, 0, 1, 8), {0, 1, PA_IPV6, 128}}, 2},
    {TEXT("uniquelocal"),
     {V4(10, 0, 0, 0, 8),
      V4(172, 16, 0, 0, 12),
      V4(192, 168, 0, 0, 16),
      {0xfc00000000000000, 0, PA_IPV6, 7}},
     4},
};

const size_t pa_names_count = sizeof pa_names / sizeof *pa_names;

size_t pa_name_find(const pa_unit *text, size_t length) {
  for (size_t i = 0; i < pa_names_count; i++) {
    if (pa_names[i].length == length &&
        pa_text_is(text, pa_names[i].text, length))
      return i + 1;
  }
  return 0;
}

unsigned pa_length_read(const pa_unit *text, size_t length) {
  unsigned bits = 0;
  for (size_t i = 0; i < length; i++) {
    if (!pa_is_digit(text[i])) return 0;
    bits = bits * 10 + (text[i] - (unsigned)'0');
    if (bits > 128) bits = 129;
  }
  return bits;
}

/* 255.255.0.0 is 16; 0, which is never valid, unless ones precede zeros. */
static unsigned netmask_length(uint32_t mask) {
  unsigned bits = 0;
  while (bits < 32 && mask & 0x80000000 >> bits)
    bits++;
  return bits == 32 || mask << bits == 0 ? bits : 0;
}

static unsigned read_netmask(const pa_unit *text, size_t length) {
  pa_address mask;
  if (!pa_address_parse(text, length, &mask)) return 0;
  if (mask.family != PA_IPV4 || mask.mapped) return 0;
  return netmask_length((uint32_t)mask.low);
}

bool pa_all_digits(const pa_unit *text, size_t length) {
  size_t i = 0;
  while (i < length && pa_is_digit(text[i]))
    i++;
  return length > 0 && i == length;
}

/* A mapped address counts as IPv6 here: it takes /97, and no netmask. */
static unsigned read_range(const pa_address *address, const pa_unit *text,
                           size_t length) {
  bool v4 = address->family == PA_IPV4 && !address->mapped;
  if (v4 && !pa_all_digits(text, length)) return read_netmask(text, length);
  unsigned bits = pa_length_read(text, length);
  return bits > (v4 ? 32U : 128U) ? 0 : bits;
}

static pa_subnet make_subnet(const pa_address *address, unsigned bits) {
  return (pa_subnet){.high = address->high,
                     .low = address->low,
                     .family = address->family,
                     .length = (uint8_t)bits};
}

size_t pa_last_slash(const pa_unit *text, size_t length) {
  for (size_t i = length; i > 0; i--) {
    if (text[i - 1] == '/') return i - 1;
  }
  return length;
}

static pa_error parse_notation(const pa_unit *text, size_t length,
                               pa_subnet *out, size_t *count) {
  pa_address address;
  size_t slash = pa_last_slash(text, length);
  if (!pa_address_parse(text, slash, &address)) return PA_ERR_ADDRESS;
  if (slash == length) {
    *out = make_subnet(&address, address.family == PA_IPV4 ? 32 : 128);
    *count = 1;
    return PA_OK;
  }
  unsigned bits = read_range(&address, text + slash + 1, length - slash - 1);
  if (bits == 0) return PA_ERR_RANGE;
  if (address.mapped && bits < MAPPED_PREFIX) {
    *count = 0;
    return PA_OK;
  }
  *out = make_subnet(&address, address.mapped ? bits - MAPPED_PREFIX : bits);
  *count = 1;
  return PA_OK;
}

pa_error pa_subnet_parse(const pa_unit *text, size_t length,
                         pa_subnet out[PA_SUBNETS_PER_ENTRY], size_t *count) {
  size_t found = pa_name_find(text, length);
  if (found == 0) return parse_notation(text, length, out, count);
  const pa_name *name = &pa_names[found - 1];
  memcpy(out, name->subnet, name->count * sizeof *out);
  *count = name->count;
  return PA_OK;
}
