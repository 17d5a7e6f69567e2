/* describe: collects the facts about an address, an entry or a chain. */
#include "describe.h"

#include "../grammar.h"

#define GROUPS 8
#define GROUPS_BEFORE_TAIL 6
#define GROUP_DIGITS 4

static void describe_bits(const pa_address *address, unsigned length,
                          pa_described *out) {
  pa_unit text[PA_FORMAT_LONGEST];
  out->family = address->family == PA_IPV4 ? 4 : 6;
  out->length = length;
  out->word[0] = (uint32_t)(address->high >> 32);
  out->word[1] = (uint32_t)(address->high & 0xffffffff);
  out->word[2] = (uint32_t)(address->low >> 32);
  out->word[3] = (uint32_t)(address->low & 0xffffffff);
  out->text_length = (uint32_t)pa_address_format(address, text);
  for (size_t i = 0; i < out->text_length; i++)
    out->text[i] = text[i];
}

/* Clears all but the first `length` of the lowest `width` bits. */
static uint64_t keep(uint64_t bits, unsigned length, unsigned width) {
  if (length == 0) return 0;
  return length >= width ? bits : bits >> (width - length) << (width - length);
}

void pa_subnet_describe(const pa_subnet *subnet, pa_described *out) {
  pa_address address = {.family = subnet->family};
  unsigned length = subnet->length;
  if (subnet->family == PA_IPV4) {
    address.low = keep(subnet->low, length, 32);
  } else {
    address.high = keep(subnet->high, length, 64);
    address.low = keep(subnet->low, length > 64 ? length - 64 : 0, 64);
  }
  describe_bits(&address, length, out);
}

/* Says how a number was written that begins with "0" and is longer. */
static uint32_t zero_written(const pa_unit *text, size_t length, bool tail) {
  bool x = (text[1] | 0x20) == 'x';
  if (x && (tail || text[1] == 'x')) return PA_WRITTEN_HEX;
  if (tail) return PA_WRITTEN_ZEROS;
  for (size_t i = 1; i < length; i++) {
    if (text[i] > '7') return PA_WRITTEN_OCTAL | PA_WRITTEN_UNREAD;
  }
  return PA_WRITTEN_OCTAL;
}

/* Says how an IPv4 address or tail was written. The text must be valid. */
static uint32_t ipv4_written(const pa_unit *text, size_t length, bool tail) {
  uint32_t written = PA_WRITTEN_ONE_PART;
  for (size_t at = 0; at < length;) {
    size_t end = at;
    while (end < length && text[end] != '.')
      end++;
    if (end < length) written &= ~(uint32_t)PA_WRITTEN_ONE_PART;
    if (text[at] == '0' && end - at > 1)
      written |= zero_written(text + at, end - at, tail);
    at = end + 1;
  }
  return written;
}

/* The same for the groups of a valid IPv6 address, which are at most `most`. */
static uint32_t groups_written(const pa_unit *text, size_t length,
                               unsigned most) {
  uint32_t written = 0;
  unsigned count = 0;
  size_t digits = 0;
  bool gap = false;
  for (size_t i = 0; i < length; i++) {
    if (text[i] == ':') {
      gap |= i > 0 && digits == 0;
      digits = 0;
      continue;
    }
    if (digits++ == 0) count++;
    if (digits > GROUP_DIGITS) written |= PA_WRITTEN_ZEROS;
  }
  bool lone = most == GROUPS && text[length - 1] == ':' && !gap;
  return lone || (gap && count == most) ? written | PA_WRITTEN_COLON : written;
}

static uint32_t ipv6_written(const pa_unit *text, size_t length) {
  size_t body = 0, tail = 0;
  bool dots = false;
  for (; body < length && text[body] != '%'; body++) {
    if (text[body] == ':') tail = body + 1;
    dots |= text[body] == '.';
  }
  uint32_t written = body < length ? PA_WRITTEN_ZONE : 0;
  if (!dots) return written | groups_written(text, body, GROUPS);
  /* A tail always has four parts, so this never sets PA_WRITTEN_ONE_PART. */
  return written | groups_written(text, tail, GROUPS_BEFORE_TAIL) |
         ipv4_written(text + tail, body - tail, true);
}

static uint32_t address_written(const pa_unit *text, size_t length,
                                const pa_address *address) {
  for (size_t i = 0; i < length; i++) {
    if (text[i] == ':')
      return ipv6_written(text, length) |
             (address->mapped ? PA_WRITTEN_MAPPED : 0);
  }
  return ipv4_written(text, length, false);
}

static pa_fault describe_fault(pa_finding finding, pa_description *out) {
  out->fault = (uint32_t)finding.fault;
  out->start = (uint32_t)finding.start;
  out->end = (uint32_t)finding.end;
  return finding.fault;
}

static void describe_address(const pa_unit *text, size_t length,
                             const pa_address *address, pa_description *out) {
  unsigned width = address->family == PA_IPV4 ? 32 : 128;
  describe_bits(address, width, &out->address);
  out->written = address_written(text, length, address);
  out->length = address->mapped ? 128 : width;
}

pa_fault pa_address_describe(const pa_unit *text, size_t length,
                             pa_description *out) {
  pa_address address;
  *out = (pa_description){0};
  if (!pa_address_parse(text, length, &address))
    return describe_fault(pa_address_diagnose(text, length), out);
  describe_address(text, length, &address, out);
  out->count = 1;
  out->subnet[0] = out->address;
  return PA_FAULT_NONE;
}

/* Sets how the range was written, and the length of the prefix. */
static void describe_range(const pa_unit *text, size_t length,
                           pa_description *out) {
  if (pa_all_digits(text, length)) {
    out->length = pa_length_read(text, length);
    out->written |= text[0] == '0' ? PA_WRITTEN_ZEROS : 0;
  } else {
    out->length = out->subnet[0].length;
    out->written |= ipv4_written(text, length, false) | PA_WRITTEN_NETMASK;
  }
}

static bool has_host_bits(const pa_description *all) {
  bool equal = true;
  for (size_t i = 0; i < 4; i++)
    equal &= all->address.word[i] == all->subnet[0].word[i];
  return all->count > 0 && !equal;
}

pa_fault pa_entry_describe(const pa_unit *text, size_t length,
                           pa_description *out) {
  pa_subnet subnet[PA_SUBNETS_PER_ENTRY];
  pa_address address;
  size_t count = 0, slash = pa_last_slash(text, length);
  pa_error error = pa_subnet_parse(text, length, subnet, &count);
  *out = (pa_description){0};
  if (error == PA_ERR_ADDRESS)
    return describe_fault(pa_address_diagnose(text, slash), out);
  for (size_t i = 0; i < count; i++)
    pa_subnet_describe(&subnet[i], &out->subnet[i]);
  out->count = (uint32_t)count;
  /* An accepted text that is not an address is a name. */
  if (!pa_address_parse(text, slash, &address)) {
    out->name = (uint32_t)pa_name_find(text, length);
    return PA_FAULT_NONE;
  }
  if (error == PA_ERR_RANGE)
    return describe_fault(pa_range_diagnose(&address, text, slash + 1, length),
                          out);
  describe_address(text, slash, &address, out);
  if (slash < length) describe_range(text + slash + 1, length - slash - 1, out);
  if (has_host_bits(out)) out->written |= PA_WRITTEN_HOST_BITS;
  return PA_FAULT_NONE;
}

/* Returns whether the first `length` of `width` bits are equal. */
static bool agree(uint64_t one, uint64_t other, unsigned length,
                  unsigned width) {
  return length == 0 || (one ^ other) >> (width - length) == 0;
}

bool pa_subnet_has(const pa_subnet *subnet, const pa_address *address) {
  unsigned length = subnet->length;
  if (subnet->family != address->family) return false;
  if (subnet->family == PA_IPV4)
    return agree(subnet->low, address->low, length, 32);
  return agree(subnet->high, address->high, length < 64 ? length : 64, 64) &&
         agree(subnet->low, address->low, length < 64 ? 0 : length - 64, 64);
}

/* Returns whether the text is an address. */
static bool describe_hop(const pa_unit *text, size_t length, pa_hop *out) {
  pa_description description;
  pa_fault fault = pa_address_describe(text, length, &description);
  *out = (pa_hop){.fault = description.fault,
                  .start = description.start,
                  .end = description.end,
                  .written = description.written,
                  .address = description.address};
  return fault == PA_FAULT_NONE;
}

/*
 * Returns whether the hop's address is in one of the subnets; if so, describes
 * the first of these in the hop.
 */
static bool match_subnets(const pa_subnet *subnet, size_t count, pa_hop *hop) {
  const uint32_t *word = hop->address.word;
  const pa_address address = {.high = (uint64_t)word[0] << 32 | word[1],
                              .low = (uint64_t)word[2] << 32 | word[3],
                              .family =
                                  hop->address.family == 4 ? PA_IPV4 : PA_IPV6};
  for (size_t i = 0; i < count; i++) {
    if (pa_subnet_has(&subnet[i], &address)) {
      pa_subnet_describe(&subnet[i], &hop->subnet);
      return true;
    }
  }
  return false;
}

void pa_chain_describe(const pa_entries *list, const pa_entries *chain,
                       pa_hop *out) {
  pa_entries rest = *chain;
  size_t open = 0;
  const pa_unit *text = NULL;
  for (size_t i = 0; i < chain->count; i++) {
    size_t length = pa_entries_take(&rest, &text);
    open += describe_hop(text, length, &out[i]);
  }
  rest = *list;
  for (size_t entry = 0; open > 0 && rest.count > 0; entry++) {
    pa_subnet subnet[PA_SUBNETS_PER_ENTRY];
    size_t count = 0, length = pa_entries_take(&rest, &text);
    /* An invalid entry has no subnets. */
    (void)pa_subnet_parse(text, length, subnet, &count);
    for (size_t i = 0; i < chain->count; i++) {
      if (out[i].address.family == 0 || out[i].entry != 0 ||
          !match_subnets(subnet, count, &out[i]))
        continue;
      out[i].entry = (uint32_t)(entry + 1);
      out[i].name = (uint32_t)pa_name_find(text, length);
      open--;
    }
  }
}
