/* The command line: which row to measure. */
#include "measure.h"
#include "rows.h"

#include <stdlib.h>
#include <string.h>

int main(int argc, char **argv) {
  const char *what = argc > 2 ? argv[1] : "";
  if (strcmp(what, "parse") == 0)
    bench_parse(argv[2]);
  else if (strcmp(what, "look-up") == 0 && argc > 3)
    bench_lookup(argv[2], strtoul(argv[3], NULL, 10));
  else if (strcmp(what, "hops") == 0)
    bench_hops(strtoul(argv[2], NULL, 10));
  else
    bench_fail("core-bench parse <kind> | look-up <family> <subnets> | "
               "hops <entries>");
  return EXIT_SUCCESS;
}
