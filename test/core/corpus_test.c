/* Runs the targets on the corpus, which fuzz/corpus.js unpacks, without a
 * fuzzer. */
#define _DEFAULT_SOURCE
#define _DARWIN_C_SOURCE
/* Otherwise 32-bit machines fail on files with larger inode numbers. */
#define _FILE_OFFSET_BITS 64

#include "check.h"
#include "fuzz.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SUITE "corpus"
#define FILE_LONGEST 16384

typedef void target(const uint8_t *data, size_t size);

static const struct {
  const char *name;
  target *run;
} targets[] = {
    {"address", fuzz_address},   {"subnet", fuzz_subnet},
    {"describe", fuzz_describe}, {"set", fuzz_set},
    {"hops", fuzz_hops},         {"resolve", fuzz_resolve},
    {"strict", fuzz_strict},
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

void test_corpus(void) {
  for (size_t i = 0; i < sizeof targets / sizeof *targets; i++) {
    char sentence[120];
    snprintf(
        sentence, sizeof sentence,
        "All inputs of %s in fuzz/corpus.txt have the properties of the target",
        targets[i].name);
    check_start(SUITE, sentence);
    CHECK(run_folder(targets[i].name, targets[i].run) > 0);
  }
}
