/*
 * The input is records, each of a kind, a size and the bits of an address:
 *
 *   kind & 1   the address is IPv6 (16 bytes) or IPv4 (4 bytes)
 *   kind & 2   instead of one subnet of `size` bits, a row of up to 32 single
 *              addresses, 1 << (kind >> 3) apart: they fill the index
 *   kind & 4   instead of a subnet, an address to look up in the set
 */
#include "check.h"
#include "fuzz.h"
#include "lists.h"

#define SUBNETS 256
#define ADDRESSES 64

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
