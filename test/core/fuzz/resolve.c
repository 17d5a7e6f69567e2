/*
 * The lines of the input are the peer, the header, and the entries of the
 * trust list, of which wrong ones are passed over.
 */
#include "check.h"
#include "input.h"
#include "model.h"
#include "targets.h"

#define LINES 64
#define TAILS 64

static void add_entry(list *subnets, const input *entry) {
  pa_subnet subnet[PA_SUBNETS_PER_ENTRY];
  size_t count = 0;
  if (pa_subnet_parse(entry->text, entry->length, subnet, &count) != PA_OK)
    return;
  for (size_t i = 0; i < count; i++)
    list_add(subnets, subnet[i]);
}

static bool is_same(pa_client got, pa_client expected, size_t cut) {
  if (got.is_peer || expected.is_peer) return got.is_peer && expected.is_peer;
  return got.entry.start + cut == expected.entry.start &&
         got.entry.end + cut == expected.entry.end;
}

/** An entry is within the header, not empty, and trimmed. */
static void check_slice(const input *header, pa_slice entry) {
  bool inside = entry.start < entry.end && entry.end <= header->length;
  CHECK(inside);
  if (!inside) return;
  CHECK(header->text[entry.start] != ' ');
  CHECK(header->text[entry.end - 1] != ' ');
}

/** Whoever only has the header's tail finds the same, or is told of doubt. */
static void check_tail(const pa_trust_set *set, const list *subnets,
                       const input *tail, size_t cut, pa_client whole) {
  pa_client got = pa_resolve(set, tail->text, tail->length);
  if (!got.is_peer) check_slice(tail, got.entry);
  CHECK(is_same(got, model_resolve(subnets, tail->text, tail->length), 0));
  CHECK(got.reached_start || is_same(got, whole, cut));
}

static void check_header(const pa_trust_set *set, const list *subnets,
                         const input *header) {
  size_t step = 1 + header->length / TAILS;
  pa_client whole = model_resolve(subnets, header->text, header->length);
  for (size_t cut = 0; cut <= header->length; cut += step) {
    size_t length = header->length - cut;
    input tail = input_copy(length > 0 ? header->text + cut : NULL, length);
    check_tail(set, subnets, &tail, cut, whole);
    input_free(&tail, 1);
  }
}

void fuzz_resolve(const uint8_t *data, size_t size) {
  input line[LINES] = {{NULL, 0}};
  list subnets = {0};
  size_t count = input_read_lines(data, size, line, LINES);
  const input *peer = &line[0], *header = &line[1];
  for (size_t i = 2; i < count; i++)
    add_entry(&subnets, &line[i]);
  pa_trust_set *set = list_compile(&subnets);
  CHECK(pa_is_trusted(set, peer->text, peer->length) ==
        model_trusts(&subnets, peer->text, peer->length));
  check_header(set, &subnets, header);
  pa_trust_set_free(set);
  list_dispose(&subnets);
  input_free(line, count);
}
