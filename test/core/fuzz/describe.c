#include "why/describe.h"
#include "check.h"
#include "input.h"
#include "lists.h"
#include "targets.h"
#include "why/entries.h"

#include <string.h>

#define LINES 32

static bool is_same(const pa_address *one, const pa_address *other) {
  return one->family == other->family && one->high == other->high &&
         one->low == other->low;
}

/** What the words and the family of a description say. */
static pa_address address_of(const pa_described *described) {
  return (pa_address){
      .family = described->family == 4 ? PA_IPV4 : PA_IPV6,
      .high = (uint64_t)described->word[0] << 32 | described->word[1],
      .low = (uint64_t)described->word[2] << 32 | described->word[3]};
}

/** The canonical text reads as the same bits, and as its own canonical form. */
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

/** Within the text; what follows an address begins right behind it. */
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

/** A subnet and its description have the same addresses. */
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

/** The lines without what divides them, as a list crosses. */
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

static size_t add_entry(list *subnets, const input *entry) {
  pa_subnet subnet[PA_SUBNETS_PER_ENTRY];
  size_t count = 0;
  if (pa_subnet_parse(entry->text, entry->length, subnet, &count) != PA_OK)
    return 0;
  for (size_t i = 0; i < count; i++)
    list_add(subnets, subnet[i]);
  return count;
}

/** What is found is the first subnet, and there is one if the set says so. */
static void check_find(const input *line, size_t count,
                       const pa_address *address) {
  static const pa_unit nothing = 0;
  uint32_t length[LINES];
  list subnets = {0};
  pa_match found = {LINES, 0};
  input all = join(line, count, length);
  pa_entries entries = {all.length > 0 ? all.text : &nothing, all.length,
                        length, count};
  bool has = pa_entries_find(&entries, address, &found);
  CHECK(has == (found.entry < LINES));
  for (size_t i = 0; i < count; i++) {
    size_t before = subnets.count, many = add_entry(&subnets, &line[i]);
    bool is_first = has && found.entry == i;
    list here = {NULL, many, many};
    if (many > 0) here.subnet = subnets.subnet + before;
    if (is_first) {
      CHECK(found.subnet < many);
      here.count = found.subnet;
      CHECK(!list_has(&here, address));
      here.count++;
    }
    if (!has || i <= found.entry) CHECK(list_has(&here, address) == is_first);
  }
  pa_trust_set *set = list_compile(&subnets);
  CHECK(pa_trust_set_has(set, address) == has);
  pa_trust_set_free(set);
  list_dispose(&subnets);
  input_free(&all, 1);
}

void fuzz_describe(const uint8_t *data, size_t size) {
  input line[LINES] = {{NULL, 0}};
  pa_address address;
  size_t count = input_read_lines(data, size, line, LINES);
  for (size_t i = 0; i < count; i++) {
    check_address(&line[i]);
    check_entry(&line[i]);
    if (pa_address_parse(line[i].text, line[i].length, &address))
      check_find(line, count, &address);
  }
  input_free(line, count);
}
