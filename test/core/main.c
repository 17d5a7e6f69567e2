/*
 * The tests of the core, as one program. At the end, it runs the targets of the
 * fuzzer on the corpus, which fuzz/corpus.js unpacks.
 *
 *   core-tests [--slowly] [--seed number] [folder of the vector files]
 */
#define _DEFAULT_SOURCE
#define _DARWIN_C_SOURCE
/* Otherwise 32-bit machines fail on files with larger inode numbers. */
#define _FILE_OFFSET_BITS 64

#include "check.h"
#include "fuzz.h"
#include "vectors.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FILE_LONGEST 16384

typedef void target(const uint8_t *data, size_t size);

static const struct {
  const char *name;
  target *run;
} targets[] = {
    {"address", fuzz_address},   {"subnet", fuzz_subnet},
    {"describe", fuzz_describe}, {"set", fuzz_set},
    {"hops", fuzz_hops},         {"resolve", fuzz_resolve},
    {"strict", fuzz_strict},     {"logs", fuzz_logs},
};

static void refuse(const char *path) {
  perror(path);
  exit(1);
}

static void run_file(const char *path, target *run) {
  static uint8_t data[FILE_LONGEST];
  FILE *file = fopen(path, "rb");
  if (file == NULL) refuse(path);
  size_t size = fread(data, 1, sizeof data, file);
  fclose(file);
  CHECK(size < sizeof data);
  check_input(data, size);
  run(data, size);
}

static size_t run_folder(const char *name, target *run) {
  char path[512];
  size_t files = 0;
  snprintf(path, sizeof path, "build/fuzz/seeds/%s", name);
  DIR *folder = opendir(path);
  if (folder == NULL) refuse(path);
  for (struct dirent *entry; (entry = readdir(folder)) != NULL;) {
    if (entry->d_name[0] == '.') continue;
    snprintf(path, sizeof path, "build/fuzz/seeds/%s/%s", name, entry->d_name);
    run_file(path, run);
    files++;
  }
  closedir(folder);
  return files;
}

static void test_corpus(void) {
  for (size_t i = 0; i < sizeof targets / sizeof *targets; i++) {
    char sentence[120];
    snprintf(
        sentence, sizeof sentence,
        "All inputs of %s in fuzz/corpus.txt have the properties of the target",
        targets[i].name);
    check_start("corpus", sentence);
    CHECK(run_folder(targets[i].name, targets[i].run) > 0);
  }
}

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
