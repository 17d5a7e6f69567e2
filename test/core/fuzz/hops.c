#include "check.h"
#include "input.h"
#include "model.h"
#include "targets.h"

void fuzz_hops(const uint8_t *data, size_t size) {
  pa_slice expected[INPUT_LONGEST];
  input header = input_read(data, size);
  size_t left = model_split(header.text, header.length, expected);
  pa_hops hops = pa_hops_begin(header.text, header.length);
  pa_slice got = {7, 6};
  while (left > 0) {
    left--;
    CHECK(pa_hops_next(&hops, &got));
    CHECK(got.start == expected[left].start && got.end == expected[left].end);
    CHECK(hops.rest <= got.start);
  }
  got = (pa_slice){7, 6};
  CHECK(!pa_hops_next(&hops, &got) && !pa_hops_next(&hops, &got));
  CHECK(got.start == 7 && got.end == 6);
  input_free(&header, 1);
}
