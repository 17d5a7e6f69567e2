/*
 * input: how a target reads its bytes; and, with FUZZ_TARGET, the libFuzzer
 * program of the target that it names.
 */
#include "fuzz.h"

#include <stdlib.h>
#include <string.h>

enum { BYTES, FORGED, PAIRS, MODES };

typedef struct {
  pa_unit unit[INPUT_LONGEST];
  size_t length;
} decoded;

static void decode(const uint8_t *data, size_t size, decoded *out) {
  unsigned mode = size == 0 ? BYTES : data[0] % MODES;
  size_t step = mode == PAIRS ? 2 : 1;
  out->length = 0;
  for (size_t at = 1; at + step <= size; at += step) {
    unsigned unit = data[at];
    if (out->length == INPUT_LONGEST) return;
    if (mode == FORGED && unit > 0x7f) unit += 0x80;
    if (mode == PAIRS) unit = unit << 8 | data[at + 1];
    out->unit[out->length++] = (pa_unit)unit;
  }
}

input input_copy(const pa_unit *text, size_t length) {
  input copy = {NULL, length};
  if (length == 0) return copy;
  copy.text = malloc(length * sizeof *text);
  if (copy.text == NULL) abort();
  memcpy(copy.text, text, length * sizeof *text);
  return copy;
}

input input_read(const uint8_t *data, size_t size) {
  decoded whole;
  decode(data, size, &whole);
  return input_copy(whole.unit, whole.length);
}

size_t input_read_lines(const uint8_t *data, size_t size, input *out,
                        size_t most) {
  decoded whole;
  size_t count = 0, start = 0;
  decode(data, size, &whole);
  for (size_t end = 0; end <= whole.length && count < most; end++) {
    if (end < whole.length && whole.unit[end] != '\n') continue;
    out[count++] = input_copy(whole.unit + start, end - start);
    start = end + 1;
  }
  return count;
}

void input_free(input *text, size_t count) {
  for (size_t i = 0; i < count; i++)
    free(text[i].text);
}

#ifdef FUZZ_TARGET
#include "check.h"

#define TEXT_OF(name) #name
#define NAME_OF(name) TEXT_OF(name)

int LLVMFuzzerInitialize(int *count, char ***arguments);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerInitialize(int *count, char ***arguments) {
  (void)count;
  (void)arguments;
  /* No time limit, as libFuzzer has its own, and fewer probes for each input.
   */
  check_slowly = true;
  check_start("fuzz", NAME_OF(FUZZ_TARGET));
  return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  check_input(data, size);
  FUZZ_TARGET(data, size);
  if (check_has_failed()) abort();
  return 0;
}
#endif
