/*
 * The tests of the core, as one program.
 *
 *   core-tests [--slowly] [--seed number] [folder of the vector files]
 */
#include "check.h"
#include "vectors.h"

#include <stdlib.h>
#include <string.h>

static void read_arguments(char **argument) {
  for (; *argument != NULL; argument++) {
    if (strcmp(*argument, "--slowly") == 0) {
      check_slowly = true;
    } else if (strcmp(*argument, "--seed") == 0 && argument[1] != NULL) {
      check_seed = strtoull(*++argument, NULL, 10);
    } else {
      vectors_folder = *argument;
    }
  }
}

int main(int count, char **arguments) {
  if (count > 0) read_arguments(arguments + 1);
  check_prepare();
  guard_prepare();
  test_address();
  test_shortcut();
  test_subnet();
  test_describe();
  test_crossing();
  test_trust_set();
  test_size();
  test_hops();
  test_resolve();
  test_strict();
  test_walk();
  test_memory();
  test_corpus();
  return check_finish();
}
