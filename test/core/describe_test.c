/* Describes addresses and entries, and finds the entry an address matches. */
#include "check.h"
#include "fuzz.h"
#include "vectors.h"
#include "why/describe.h"

#include <string.h>

#define SUITE "describe"

static const char *const faults[] = {
    "none",        "empty",       "unknown",   "obfuscated",   "space",
    "quote",       "bracket",     "port",      "slash",        "zone",
    "name",        "character",   "partEmpty", "partLarge",    "partsFew",
    "partsMany",   "numberLarge", "colon",     "gaps",         "groupLarge",
    "groupsFew",   "groupsMany",  "tail",      "lengthEmpty",  "lengthZero",
    "lengthLarge", "lengthText",  "netmask",   "netmaskFamily"};

static const char *const forms[] = {"mapped",  "octal",   "hex",   "onePart",
                                    "zeros",   "zone",    "colon", "unread",
                                    "netmask", "hostBits"};

static void show_text(shown *out, const pa_described *described) {
  for (size_t i = 0; i < described->text_length; i++)
    show(out, "%c", (int)described->text[i]);
}

static void show_forms(shown *out, uint32_t written) {
  for (size_t i = 0; i < sizeof forms / sizeof *forms; i++) {
    if (written >> i & 1) show(out, " %s", forms[i]);
  }
}

static void show_fault(shown *out, const pa_description *got) {
  show(out, "%s %u-%u", faults[got->fault], (unsigned)got->start,
       (unsigned)got->end);
}

static void answer_address(const vector *given, guard_place place, shown *out) {
  pa_description got;
  size_t length = given->input[0].length;
  if (pa_address_describe(place(given->input[0].text, length), length, &got) !=
      PA_FAULT_NONE) {
    show_fault(out, &got);
    return;
  }
  show_text(out, &got.address);
  show_forms(out, got.written);
}

static void show_entry(shown *out, const pa_description *got) {
  if (got->count == 0) show(out, "nothing");
  for (size_t i = 0; i < got->count; i++) {
    if (i > 0) show(out, " ");
    show_text(out, &got->subnet[i]);
    show(out, "/%u", (unsigned)got->subnet[i].length);
  }
  if (got->name != 0) {
    show(out, " %s", pa_names[got->name - 1].text);
    return;
  }
  show(out, " as ");
  show_text(out, &got->address);
  show(out, "/%u", (unsigned)got->length);
  show_forms(out, got->written);
}

static void answer_entry(const vector *given, guard_place place, shown *out) {
  pa_description got;
  size_t length = given->input[0].length;
  if (pa_entry_describe(place(given->input[0].text, length), length, &got) ==
      PA_FAULT_NONE)
    show_entry(out, &got);
  else
    show_fault(out, &got);
}

/* The list's text, then the address. */
static void answer_found(const vector *given, guard_place place, shown *out) {
  uint8_t text[1024];
  uint32_t length[VECTOR_INPUTS];
  uint32_t address_length = (uint32_t)given->input[0].length;
  pa_entries entries = {NULL, 0, length, given->inputs - 1};
  pa_hop hop;
  for (size_t i = 1; i < given->inputs; i++) {
    length[i - 1] = (uint32_t)given->input[i].length;
    memcpy(text + entries.text_length, given->input[i].text, length[i - 1]);
    entries.text_length += length[i - 1];
  }
  memcpy(text + entries.text_length, given->input[0].text, address_length);
  entries.text = place(text, entries.text_length + address_length);
  const pa_entries chain = {entries.text + entries.text_length, address_length,
                            &address_length, 1};
  pa_chain_describe(&entries, &chain, &hop);
  if (hop.entry == 0) {
    show(out, "none");
    return;
  }
  show(out, "%u ", (unsigned)hop.entry - 1);
  show_text(out, &hop.subnet);
  show(out, "/%u", (unsigned)hop.subnet.length);
}

static void check_missing_text(void) {
  pa_description got;
  check_start(SUITE, "The empty text may be a null pointer");
  CHECK(pa_address_describe(NULL, 0, &got) == PA_FAULT_EMPTY);
  CHECK(pa_entry_describe(NULL, 0, &got) == PA_FAULT_EMPTY);
}

static void check_blanks(void) {
  static const pa_unit blank[] = {0xa0, 0xfeff};
  check_start(SUITE, "The two blanks outside ASCII are reported");
  for (size_t i = 0; i < sizeof blank / sizeof *blank; i++) {
    pa_finding finding = pa_address_diagnose(&blank[i], 1);
    CHECK(finding.fault == PA_FAULT_SPACE);
  }
}

/** Random sequences of pieces of valid and invalid addresses. */
static void check_soups(void) {
  static const char *const pieces[] = {
      "0",   "1",   "9",  "f",   "00",     "255",     "256",      "0x",
      "0X7", "017", "10", "fff", "10000",  ".",       ".",        ".",
      ":",   ":",   ":",  "::",  "::ffff", "%",       "%eth0",    "/",
      "/8",  "/96", " ",  "[",   "]",      "\"",      "_",        "unknown",
      "\n",  "\n",  ",",  "-",   "\x80",   "1.2.3.4", "loopback", "fe80"};
  prng random = prng_for(11);
  check_start(SUITE,
              "Descriptions of random sequences have the target's properties");
  for (int round = check_slowly ? 299000 : 0; round < 300000; round++) {
    char text[256] = {(char)prng_below(&random, 2), '\0'};
    size_t length = 1, count = 1 + prng_below(&random, 14);
    for (size_t i = 0; i < count; i++) {
      const char *piece =
          pieces[prng_below(&random, sizeof pieces / sizeof *pieces)];
      memcpy(text + length, piece, strlen(piece));
      length += strlen(piece);
    }
    check_input(text, length);
    fuzz_describe((const uint8_t *)text, length);
  }
}

/** Sets only a few bits, so that there are runs of zero groups. */
static void check_random_addresses(void) {
  prng random = prng_for(12);
  check_start(SUITE, "The canonical text of any bits reads as these bits");
  for (int round = check_slowly ? 99000 : 0; round < 100000; round++) {
    pa_unit text[PA_FORMAT_LONGEST];
    pa_address got, address = {.family = round & 1 ? PA_IPV4 : PA_IPV6};
    uint64_t mask =
        round & 2 ? prng_next(&random) & prng_next(&random) : UINT64_MAX;
    address.low = prng_next(&random) & mask & prng_next(&random);
    if (address.family == PA_IPV4)
      address.low &= UINT32_MAX;
    else
      address.high = 1 | (prng_next(&random) & mask & prng_next(&random));
    size_t length = pa_address_format(&address, text);
    CHECK(pa_address_parse(text, length, &got));
    CHECK(got.family == address.family && got.high == address.high &&
          got.low == address.low);
  }
}

void test_describe(void) {
  vectors_run("describe", "described", answer_address);
  vectors_run("describe", "entry", answer_entry);
  vectors_run("describe", "found", answer_found);
  check_missing_text();
  check_blanks();
  check_soups();
  check_random_addresses();
}
