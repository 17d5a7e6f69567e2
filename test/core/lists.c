#include "lists.h"

#include <stdio.h>
#include <stdlib.h>

static void require(bool holds, const char *what) {
  if (holds) return;
  fprintf(stderr, "broken precondition: %s\n", what);
  abort();
}

void list_add(list *out, pa_subnet subnet) {
  if (out->count == out->capacity) {
    out->capacity = out->capacity == 0 ? 16 : 2 * out->capacity;
    out->subnet = realloc(out->subnet, out->capacity * sizeof *out->subnet);
    require(out->subnet != NULL, "no memory");
  }
  out->subnet[out->count++] = subnet;
}

pa_error list_add_entry(list *out, const pa_unit *text, size_t length) {
  pa_subnet subnet[PA_SUBNETS_PER_ENTRY];
  size_t count = 0;
  pa_error error = pa_subnet_parse(text, length, subnet, &count);
  for (size_t i = 0; i < count; i++)
    list_add(out, subnet[i]);
  return error;
}

void list_dispose(list *out) {
  free(out->subnet);
  *out = (list){0};
}

pa_trust_set *list_compile(const list *subnets) {
  pa_builder builder = {0};
  pa_trust_set *set = NULL;
  for (size_t i = 0; i < subnets->count; i++) {
    require(pa_builder_add(&builder, &subnets->subnet[i]) == PA_OK, "adding");
  }
  require(pa_builder_finish(&builder, &set) == PA_OK, "finishing");
  pa_builder_dispose(&builder);
  return set;
}

pa_trust_set *entries_compile(const vector_input *entry, size_t count) {
  list subnets = {0};
  for (size_t i = 0; i < count; i++) {
    const pa_unit *text = guard_end(entry[i].text, entry[i].length);
    pa_error error = list_add_entry(&subnets, text, entry[i].length);
    require(error == PA_OK, "a test's trust list is invalid");
  }
  pa_trust_set *set = list_compile(&subnets);
  list_dispose(&subnets);
  return set;
}

/** A bit of an address; bit 0 is the leftmost. */
static unsigned bit_of(pa_family family, uint64_t high, uint64_t low,
                       unsigned bit) {
  if (family == PA_IPV4) return low >> (31 - bit) & 1;
  return (bit < 64 ? high : low) >> (63 - bit % 64) & 1;
}

static bool subnet_has(const pa_subnet *subnet, const pa_address *address) {
  if (subnet->family != address->family) return false;
  for (unsigned bit = 0; bit < subnet->length; bit++) {
    if (bit_of(subnet->family, subnet->high, subnet->low, bit) !=
        bit_of(address->family, address->high, address->low, bit)) {
      return false;
    }
  }
  return true;
}

bool list_has(const list *subnets, const pa_address *address) {
  for (size_t i = 0; i < subnets->count; i++) {
    if (subnet_has(&subnets->subnet[i], address)) return true;
  }
  return false;
}

pa_subnet v4(uint64_t low, unsigned length) {
  return (pa_subnet){0, low, PA_IPV4, (uint8_t)length};
}

pa_subnet v6(uint64_t high, uint64_t low, unsigned length) {
  return (pa_subnet){high, low, PA_IPV6, (uint8_t)length};
}

pa_address first_of(const pa_subnet *subnet) {
  unsigned host = (subnet->family == PA_IPV4 ? 32 : 128) - subnet->length;
  uint64_t low = host >= 64 ? 0 : subnet->low >> host << host;
  uint64_t high = subnet->high;
  if (host >= 64) high = host == 128 ? 0 : high >> (host - 64) << (host - 64);
  return (pa_address){.high = high, .low = low, .family = subnet->family};
}

static pa_address last_of(const pa_subnet *subnet) {
  pa_subnet flipped = *subnet;
  flipped.high = ~subnet->high;
  flipped.low = ~subnet->low;
  pa_address last = first_of(&flipped);
  last.high = subnet->family == PA_IPV4 ? 0 : ~last.high;
  last.low = subnet->family == PA_IPV4 ? ~last.low & V4_ALL : ~last.low;
  return last;
}

pa_address after(pa_address address) {
  address.low++;
  if (address.family == PA_IPV4)
    address.low &= V4_ALL;
  else if (address.low == 0)
    address.high++;
  return address;
}

pa_address before(pa_address address) {
  if (address.family == PA_IPV6 && address.low == 0) address.high--;
  address.low--;
  if (address.family == PA_IPV4) address.low &= V4_ALL;
  return address;
}

static pa_address any_address(prng *random) {
  if (prng_below(random, 2) == 0) {
    return (pa_address){.low = prng_next(random) & V4_ALL, .family = PA_IPV4};
  }
  uint64_t high = prng_next(random);
  return (pa_address){high, prng_next(random), PA_IPV6, false};
}

/** A random address of the subnet. */
static pa_address some_of(prng *random, const pa_subnet *subnet) {
  pa_address first = first_of(subnet), last = last_of(subnet);
  first.high |= prng_next(random) & (first.high ^ last.high);
  first.low |= prng_next(random) & (first.low ^ last.low);
  return first;
}

void probe(const pa_trust_set *set, const list *subnets, pa_address address) {
  bool expected = list_has(subnets, &address);
  address.mapped = address.family == PA_IPV4 && (address.low & 1);
  if (pa_trust_set_has(set, &address) == expected) return;
  shown out = {.length = 0};
  show_address(&out, &address);
  show(&out, expected ? " is missing" : " does not belong");
  check_same("the definition's answer", out.text, __FILE__, __LINE__);
}

/** The same bits in the other family, which never matches. */
static pa_address in_other_family(pa_address address) {
  address.family = address.family == PA_IPV4 ? PA_IPV6 : PA_IPV4;
  address.low &= address.family == PA_IPV4 ? V4_ALL : UINT64_MAX;
  if (address.family == PA_IPV4) address.high = 0;
  return address;
}

static void probe_around(const pa_trust_set *set, const list *subnets,
                         const pa_subnet *subnet, prng *random) {
  pa_address first = first_of(subnet), last = last_of(subnet);
  probe(set, subnets, first);
  probe(set, subnets, last);
  probe(set, subnets, before(first));
  probe(set, subnets, after(last));
  probe(set, subnets, some_of(random, subnet));
  probe(set, subnets, in_other_family(first));
  probe(set, subnets, any_address(random));
}

static void probe_ends(const pa_trust_set *set, const list *subnets) {
  pa_subnet all_v4 = v4(0, 0), all_v6 = v6(0, 0, 0);
  prng random = prng_for(5);
  probe_around(set, subnets, &all_v4, &random);
  probe_around(set, subnets, &all_v6, &random);
}

void probe_list(const list *subnets, prng *random) {
  size_t most = (check_slowly ? 1 << 15 : 1 << 21) / (subnets->count + 1);
  pa_trust_set *set = list_compile(subnets);
  probe_ends(set, subnets);
  for (size_t i = 0; i < subnets->count && i < most; i++) {
    size_t at = subnets->count <= most ? i : prng_below(random, subnets->count);
    probe_around(set, subnets, &subnets->subnet[at], random);
  }
  pa_trust_set_free(set);
}
