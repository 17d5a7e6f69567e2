/*
 * The targets address and subnet check what a text denotes as an address, and
 * as an entry of a trust list; set checks which addresses a list contains.
 *
 * The input of set consists of records, each with a kind, a size and the bits
 * of an address:
 *
 *   kind & 1   the address is IPv6 (16 bytes) or IPv4 (4 bytes)
 *   kind & 2   instead of one subnet of `size` bits, a row of up to 32 single
 *              addresses, 1 << (kind >> 3) apart: they fill the index
 *   kind & 4   instead of a subnet, an address to look up in the set
 */
#include "check.h"
#include "fuzz.h"
#include "lists.h"

#include <string.h>

#define SUBNETS 256
#define ADDRESSES 64

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

static bool is_in_bounds(const pa_subnet *subnet) {
  if (subnet->family == PA_IPV4)
    return subnet->length <= 32 && subnet->high == 0 &&
           subnet->low <= UINT32_MAX;
  return subnet->length >= 1 && subnet->length <= 128;
}

/** The offset of the last slash; the length if there is none. */
static size_t last_slash(const input *entry) {
  size_t slash = entry->length;
  for (size_t i = 0; i < entry->length; i++) {
    if (entry->text[i] == '/') slash = i;
  }
  return slash;
}

static bool is_name(const input *entry) {
  for (size_t i = 0; i < pa_names_count; i++) {
    const char *name = pa_names[i].text;
    size_t at = 0;
    while (at < entry->length && name[at] != '\0' &&
           entry->text[at] == (pa_unit)name[at])
      at++;
    if (at == entry->length && name[at] == '\0') return true;
  }
  return false;
}

/** The value of decimal digits; 0 if they are invalid or exceed `most`. */
static unsigned decimal(const pa_unit *text, size_t length, unsigned most) {
  unsigned value = 0;
  for (size_t i = 0; i < length; i++) {
    if (text[i] < '0' || text[i] > '9') return 0;
    value = 10 * value + text[i] - '0';
    if (value > most) return 0;
  }
  return value;
}

/** The length of a netmask of these 32 bits; 0 if it is not one. */
static unsigned netmask(const pa_unit *text, size_t length) {
  pa_address mask;
  if (!pa_address_parse_full(text, length, &mask)) return 0;
  if (mask.family != PA_IPV4 || mask.mapped) return 0;
  for (unsigned ones = 1; ones <= 32; ones++) {
    if (mask.low == (V4_ALL << (32 - ones) & V4_ALL)) return ones;
  }
  return 0;
}

/** The number of bits to compare; 0 if the range is refused. */
static unsigned written_length(const input *entry, size_t slash,
                               const pa_address *address) {
  bool v4 = address->family == PA_IPV4 && !address->mapped;
  if (slash == entry->length) return v4 ? 32 : 128;
  const pa_unit *range = entry->text + slash + 1;
  size_t length = entry->length - slash - 1, digits = 0;
  while (digits < length && range[digits] >= '0' && range[digits] <= '9')
    digits++;
  if (v4 && digits < length) return netmask(range, length);
  return decimal(range, length, v4 ? 32 : 128);
}

/** Checks an entry that is not a name, whose result was `error`. */
static void check_notation(const input *entry, pa_error error,
                           const pa_subnet *subnet, size_t count) {
  pa_address address;
  size_t slash = last_slash(entry);
  bool valid = pa_address_parse_full(entry->text, slash, &address);
  CHECK(valid == (error != PA_ERR_ADDRESS));
  if (!valid) return;
  unsigned bits = written_length(entry, slash, &address);
  CHECK((bits == 0) == (error == PA_ERR_RANGE));
  if (error != PA_OK) return;
  CHECK(count == (address.mapped && bits < 96 ? 0 : 1));
  if (count == 0) return;
  CHECK(subnet->family == address.family);
  CHECK(subnet->high == address.high && subnet->low == address.low);
  CHECK(subnet->length == (address.mapped ? bits - 96 : bits));
}

static void check_subnets(const pa_subnet *subnet, size_t count) {
  list subnets = {0};
  prng random = prng_for(count);
  CHECK(count <= PA_SUBNETS_PER_ENTRY);
  for (size_t i = 0; i < count; i++) {
    CHECK(is_in_bounds(&subnet[i]));
    list_add(&subnets, subnet[i]);
  }
  probe_list(&subnets, &random);
  list_dispose(&subnets);
}

void fuzz_subnet(const uint8_t *data, size_t size) {
  input entry = input_read(data, size);
  pa_subnet subnet[PA_SUBNETS_PER_ENTRY], before[PA_SUBNETS_PER_ENTRY];
  size_t count = 7;
  memset(before, 0xa5, sizeof before);
  memcpy(subnet, before, sizeof before);
  pa_error error = pa_subnet_parse(entry.text, entry.length, subnet, &count);
  CHECK(error == PA_OK || error == PA_ERR_ADDRESS || error == PA_ERR_RANGE);
  if (error == PA_OK)
    check_subnets(subnet, count);
  else
    CHECK(count == 7 && memcmp(subnet, before, sizeof before) == 0);
  if (is_name(&entry))
    CHECK(error == PA_OK && count >= 2);
  else
    check_notation(&entry, error, subnet, count);
  input_free(&entry, 1);
}

typedef struct {
  const uint8_t *data;
  size_t left;
} bytes;

typedef struct {
  pa_address address[ADDRESSES];
  size_t count;
} questions;

static bool take(bytes *from, size_t count, uint64_t *out) {
  if (from->left < count) return false;
  *out = 0;
  for (size_t i = 0; i < count; i++)
    *out = *out << 8 | from->data[i];
  from->data += count;
  from->left -= count;
  return true;
}

static bool take_address(bytes *from, pa_family family, pa_address *out) {
  *out = (pa_address){.family = family};
  if (family == PA_IPV4) return take(from, 4, &out->low);
  return take(from, 8, &out->high) && take(from, 8, &out->low);
}

static void add(list *subnets, const pa_address *at, unsigned length) {
  if (subnets->count == SUBNETS) return;
  list_add(subnets, at->family == PA_IPV4
                        ? v4(at->low, length % 33)
                        : v6(at->high, at->low, 1 + length % 128));
}

static void add_row(list *subnets, pa_address at, unsigned count,
                    unsigned shift) {
  for (unsigned i = 0; i <= count % 32; i++) {
    add(subnets, &at, at.family == PA_IPV4 ? 32 : 127);
    at.low += UINT64_C(1) << shift;
    if (at.family == PA_IPV4) at.low &= V4_ALL;
  }
}

static bool take_record(bytes *from, list *subnets, questions *asked) {
  uint64_t kind, length;
  pa_address address;
  if (!take(from, 1, &kind) || !take(from, 1, &length) ||
      !take_address(from, kind & 1 ? PA_IPV6 : PA_IPV4, &address))
    return false;
  if (kind & 4) {
    if (asked->count < ADDRESSES) asked->address[asked->count++] = address;
  } else if (kind & 2) {
    add_row(subnets, address, (unsigned)length, (unsigned)kind >> 3);
  } else {
    add(subnets, &address, (unsigned)length);
  }
  return true;
}

void fuzz_set(const uint8_t *data, size_t size) {
  bytes from = {data, size};
  list subnets = {0};
  questions asked = {.count = 0};
  prng random = prng_for(size);
  while (take_record(&from, &subnets, &asked))
    ;
  probe_list(&subnets, &random);
  pa_trust_set *set = list_compile(&subnets);
  for (size_t i = 0; i < asked.count; i++) {
    probe(set, &subnets, before(asked.address[i]));
    probe(set, &subnets, asked.address[i]);
    probe(set, &subnets, after(asked.address[i]));
  }
  pa_trust_set_free(set);
  list_dispose(&subnets);
}
