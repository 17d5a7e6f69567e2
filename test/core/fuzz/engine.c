/* engine: makes a libFuzzer program of the target that FUZZ_TARGET names. */
#include "check.h"
#include "fuzz.h"

#include <stdlib.h>

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
