#include "why/describe.h"
#include "check.h"
#include "fuzz.h"
#include "lists.h"

#include <string.h>

#define LINES 32

static bool is_same(const pa_address *one, const pa_address *other) {
  return one->family == other->family && one->high == other->high &&
         one->low == other->low;
}

/** Checks that the words of a description agree with its family. */
static pa_address address_of(const pa_described *described) {
  return (pa_address){
      .family = described->family == 4 ? PA_IPV4 : PA_IPV6,
      .high = (uint64_t)described->word[0] << 32 | described->word[1],
      .low = (uint64_t)described->word[2] << 32 | described->word[3]};
}

/** Checks that the canonical text denotes the same bits, and is canonical. */
static void check_text(const pa_described *described) {
  pa_unit text[PA_FORMAT_LONGEST], again[PA_FORMAT_LONGEST];
  pa_address expected = address_of(described), got;
  size_t length = described->text_length;
  CHECK(described->family == 4 || described->family == 6);
  CHECK(length >= 2 && length <= PA_FORMAT_LONGEST);
  for (size_t i = 0; i < length; i++)
    text[i] = (pa_unit)described->text[i];
  CHECK(pa_address_parse_full(text, length, &got));
  CHECK(is_same(&got, &expected) && !got.mapped);
  CHECK(pa_address_format(&got, again) == length);
  CHECK(memcmp(text, again, length * sizeof *text) == 0);
}

/** Checks that a fault is within the text, and that a suffix follows an
 * address. */
static void check_place(const input *given, const pa_description *got) {
  CHECK(got->start <= got->end && got->end <= given->length);
  CHECK(got->count == 0 && got->written == 0 && got->name == 0);
  pa_address address;
  bool before = pa_address_parse_full(given->text, got->start, &address);
  switch (got->fault) {
  case PA_FAULT_PORT:
  case PA_FAULT_ZONE: CHECK(before); break;
  case PA_FAULT_EMPTY:
  case PA_FAULT_PART_EMPTY: CHECK(got->start == got->end); break;
  case PA_FAULT_GROUPS_FEW: break;
  default: CHECK(got->start < got->end);
  }
}

static void check_address(const input *given) {
  pa_description got;
  pa_address address;
  memset(&got, 0xa5, sizeof got);
  pa_fault fault = pa_address_describe(given->text, given->length, &got);
  bool valid = pa_address_parse_full(given->text, given->length, &address);
  CHECK(got.fault == (uint32_t)fault && (fault == PA_FAULT_NONE) == valid);
  CHECK(got.fault < PA_FAULT_LENGTH_EMPTY);
  if (!valid) {
    check_place(given, &got);
    return;
  }
  pa_address described = address_of(&got.address);
  CHECK(is_same(&described, &address));
  CHECK(((got.written & PA_WRITTEN_MAPPED) != 0) == address.mapped);
  CHECK(got.count == 1 && got.name == 0);
  CHECK(memcmp(&got.address, &got.subnet[0], sizeof got.address) == 0);
  check_text(&got.address);
}

/** Checks that a subnet and its description contain the same addresses. */
static void check_subnet(const pa_subnet *subnet, const pa_described *got) {
  pa_address first = address_of(got);
  CHECK(got->length == subnet->length && first.family == subnet->family);
  CHECK(pa_subnet_has(subnet, &first));
  check_text(got);
}

static void check_entry(const input *given) {
  pa_description got;
  pa_subnet subnet[PA_SUBNETS_PER_ENTRY];
  size_t count = 0;
  memset(&got, 0xa5, sizeof got);
  pa_fault fault = pa_entry_describe(given->text, given->length, &got);
  pa_error error = pa_subnet_parse(given->text, given->length, subnet, &count);
  CHECK(got.fault == (uint32_t)fault);
  CHECK((fault == PA_FAULT_NONE) == (error == PA_OK));
  CHECK((fault >= PA_FAULT_LENGTH_EMPTY) == (error == PA_ERR_RANGE));
  CHECK(got.count == count && got.end <= given->length);
  for (size_t i = 0; i < count; i++)
    check_subnet(&subnet[i], &got.subnet[i]);
  if (fault != PA_FAULT_NONE || got.name != 0) return;
  pa_address address = address_of(&got.address);
  CHECK(got.length >= 1 && got.length <= 128);
  for (size_t i = 0; i < count; i++)
    CHECK(pa_subnet_has(&subnet[i], &address));
  check_text(&got.address);
}

/** The lines without their separators, as a list crosses. */
static input join(const input *line, size_t count, uint32_t length[LINES]) {
  static pa_unit unit[INPUT_LONGEST];
  size_t at = 0;
  for (size_t i = 0; i < count; i++) {
    length[i] = (uint32_t)line[i].length;
    for (size_t j = 0; j < line[i].length; j++)
      unit[at++] = line[i].text[j];
  }
  return input_copy(unit, at);
}

/** Checks that a hop describes an address as pa_address_describe() does. */
static void check_hop(const input *given, const pa_hop *hop) {
  pa_description got;
  pa_address_describe(given->text, given->length, &got);
  CHECK(hop->fault == got.fault && hop->written == got.written);
  CHECK(hop->start == got.start && hop->end == got.end);
  CHECK(memcmp(&hop->address, &got.address, sizeof got.address) == 0);
}

/** Checks that a hop's entry is the first one that contains the address. */
static void check_match(const input *line, size_t count, const pa_hop *hop) {
  pa_address address = address_of(&hop->address);
  bool valid = hop->fault == PA_FAULT_NONE;
  CHECK(valid || hop->entry == 0);
  for (size_t i = 0; valid && i < count; i++) {
    list subnets = {0};
    list_add_entry(&subnets, line[i].text, line[i].length);
    bool has = list_has(&subnets, &address);
    if (hop->entry == 0 || i + 1 < hop->entry) CHECK(!has);
    if (i + 1 == hop->entry) CHECK(has);
    list_dispose(&subnets);
  }
}

/** Checks that the described subnet is the entry's first that contains the
 * address. */
static void check_matched_subnet(const input *line, const pa_hop *hop) {
  if (hop->entry == 0) return;
  const input *entry = &line[hop->entry - 1];
  pa_address address = address_of(&hop->address);
  pa_subnet subnet[PA_SUBNETS_PER_ENTRY];
  size_t count = 0, i = 0;
  (void)pa_subnet_parse(entry->text, entry->length, subnet, &count);
  while (i < count && !pa_subnet_has(&subnet[i], &address))
    i++;
  CHECK(i < count && hop->subnet.length == subnet[i].length);
  check_subnet(&subnet[i], &hop->subnet);
  CHECK(hop->name == pa_name_find(entry->text, entry->length));
}

/** Checks that the first invalid entry is reported, or that set and hops agree.
 */
static void check_compiled(const pa_entries *all, const input *line,
                           const pa_hop *hop) {
  pa_trust_set *set = NULL;
  size_t entry = LINES;
  pa_error error = pa_compile(all, &set, &entry);
  for (size_t i = 0; i < all->count && i <= entry; i++) {
    pa_description got;
    bool valid =
        pa_entry_describe(line[i].text, line[i].length, &got) == PA_FAULT_NONE;
    CHECK(valid == (i != entry));
  }
  CHECK((error == PA_OK) == (entry == LINES) && (error == PA_OK) == !!set);
  for (size_t i = 0; set != NULL && i < all->count; i++) {
    pa_address address = address_of(&hop[i].address);
    if (hop[i].fault == PA_FAULT_NONE)
      CHECK(pa_trust_set_has(set, &address) == (hop[i].entry != 0));
  }
  pa_trust_set_free(set);
}

/** Describes the lines as a list, and as a chain. */
static void check_list(const input *line, size_t count) {
  static const pa_unit nothing = 0;
  uint32_t length[LINES];
  pa_hop hop[LINES];
  input all = join(line, count, length);
  pa_entries entries = {all.length > 0 ? all.text : &nothing, all.length,
                        length, count};
  pa_chain_describe(&entries, &entries, hop);
  for (size_t i = 0; i < count; i++) {
    check_hop(&line[i], &hop[i]);
    check_match(line, count, &hop[i]);
    check_matched_subnet(line, &hop[i]);
  }
  check_compiled(&entries, line, hop);
  input_free(&all, 1);
}

void fuzz_describe(const uint8_t *data, size_t size) {
  input line[LINES] = {{NULL, 0}};
  size_t count = input_read_lines(data, size, line, LINES);
  for (size_t i = 0; i < count; i++) {
    check_address(&line[i]);
    check_entry(&line[i]);
  }
  check_list(line, count);
  input_free(line, count);
}
