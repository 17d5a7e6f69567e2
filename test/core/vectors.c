#include "vectors.h"

#include <ctype.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LINE_LONGEST 1024
#define DECODED_BYTES ((size_t)1 << 17)

const char *vectors_folder = "test/core/vectors";

static char path[1024];
static int line_number;
static uint8_t decoded[DECODED_BYTES];
static size_t decoded_count;

static void refuse(const char *problem) {
  fprintf(stderr, "%s:%d: %s\n", path, line_number, problem);
  exit(1);
}

static void put(uint8_t byte, size_t times) {
  if (times > DECODED_BYTES - decoded_count) refuse("too long");
  memset(decoded + decoded_count, byte, times);
  decoded_count += times;
}

/** Decodes an escape after its backslash. Returns the position after it. */
static const char *read_escape(const char *at) {
  unsigned byte, times;
  char repeated;
  int used = 0;
  if (*at == '"' || *at == '\\') {
    put((uint8_t)*at, 1);
    return at + 1;
  }
  if (sscanf(at, "x%2x%n", &byte, &used) == 1 && used == 3) {
    put((uint8_t)byte, 1);
    return at + used;
  }
  if (sscanf(at, "{%c*%u}%n", &repeated, &times, &used) == 2 && used > 0) {
    put((uint8_t)repeated, times);
    return at + used;
  }
  refuse("unknown escape");
  return at;
}

/** Reads a text from after its opening quote to after the closing one. */
static const char *read_quoted(const char *at, vector *out) {
  size_t start = decoded_count;
  if (out->inputs == VECTOR_INPUTS) refuse("too many inputs");
  while (*at != '"') {
    if (*at == '\0') refuse("missing closing quote");
    if (*at == '\\') {
      at = read_escape(at + 1);
    } else {
      put((uint8_t)*at++, 1);
    }
  }
  out->input[out->inputs++] =
      (vector_input){decoded + start, decoded_count - start};
  return at + 1;
}

/** Reads the inputs; returns the expected output. */
static const char *read_vector(const char *line, vector *out) {
  out->inputs = 0;
  decoded_count = 0;
  while (strncmp(line, "=>", 2) != 0) {
    if (*line == '\0') refuse("\"=>\" is missing");
    line = *line == '"' ? read_quoted(line + 1, out) : line + 1;
  }
  if (out->inputs == 0) refuse("missing input");
  return line + 2 + strspn(line + 2, " ");
}

static void run_vector(const char *line, vector_answer *answer) {
  vector given;
  const char *expected = read_vector(line, &given);
  for (size_t i = 0; i < 2; i++) {
    shown out = {.length = 0};
    check_input(given.input[0].text, given.input[0].length);
    answer(&given, guard_places[i], &out);
    check_same(expected, out.text, path, line_number);
  }
}

static void trim_end(char *line) {
  size_t length = strlen(line);
  if (length == LINE_LONGEST - 1) refuse("the line is too long");
  while (length > 0 && isspace((unsigned char)line[length - 1]))
    line[--length] = '\0';
}

static void run_line(const char *table, const char *line,
                     vector_answer *answer) {
  if (line[0] == '\0' || line[0] == '#') return;
  if (line[0] != ' ') {
    check_start(table, line);
  } else {
    run_vector(line + strspn(line, " "), answer);
  }
}

static FILE *open_vectors(const char *name) {
  snprintf(path, sizeof path, "%s/%s.txt", vectors_folder, name);
  FILE *file = fopen(path, "r");
  if (file == NULL) {
    perror(path);
    exit(1);
  }
  return file;
}

void vectors_run(const char *name, const char *table, vector_answer *answer) {
  char line[LINE_LONGEST], head[64];
  bool is_found = false, is_inside = false;
  FILE *file = open_vectors(name);
  snprintf(head, sizeof head, "[%s]", table);
  for (line_number = 1; fgets(line, sizeof line, file); line_number++) {
    trim_end(line);
    if (line[0] == '[') {
      is_inside = strcmp(line, head) == 0;
      is_found |= is_inside;
    } else if (is_inside) {
      run_line(table, line, answer);
    }
  }
  fclose(file);
  if (!is_found) refuse("missing table");
}

void show(shown *out, const char *format, ...) {
  size_t space = sizeof out->text - out->length;
  va_list arguments;
  va_start(arguments, format);
  int added = vsnprintf(out->text + out->length, space, format, arguments);
  va_end(arguments);
  if (added < 0) return;
  out->length += (size_t)added < space ? (size_t)added : space - 1;
}

void show_quoted(shown *out, const pa_unit *text, size_t length) {
  show(out, "\"");
  for (size_t i = 0; i < length; i++) {
    unsigned unit = text[i];
    if (unit == '"' || unit == '\\') {
      show(out, "\\%c", (int)unit);
    } else if (unit >= 0x20 && unit < 0x7f) {
      show(out, "%c", (int)unit);
    } else {
      show(out, "\\x%02x", unit);
    }
  }
  show(out, "\"");
}

static void show_bits(shown *out, pa_family family, uint64_t high,
                      uint64_t low) {
  if (family == PA_IPV4) {
    if (high != 0 || low > UINT32_MAX) show(out, "more than 32 bits: ");
    show(out, "%d.%d.%d.%d", (int)(low >> 24 & 255), (int)(low >> 16 & 255),
         (int)(low >> 8 & 255), (int)(low & 255));
    return;
  }
  for (int group = 0; group < 8; group++) {
    uint64_t word = group < 4 ? high : low;
    word = word >> (48 - 16 * (group % 4)) & 0xffff;
    show(out, group > 0 ? ":%" PRIx64 : "%" PRIx64, word);
  }
}

void show_address(shown *out, const pa_address *address) {
  if (address->family == PA_IPV4) {
    show(out, address->mapped ? "mapped " : "IPv4 ");
  } else {
    show(out, address->mapped ? "mapped, but not IPv4: " : "IPv6 ");
  }
  show_bits(out, address->family, address->high, address->low);
}

/** The first `kept` bits of a word of `width` bits. */
static uint64_t keep(uint64_t word, int kept, int width) {
  if (kept <= 0) return 0;
  return kept >= width ? word : word >> (width - kept) << (width - kept);
}

void show_subnet(shown *out, const pa_subnet *subnet) {
  int length = subnet->length;
  if (subnet->family == PA_IPV4) {
    show_bits(out, PA_IPV4, subnet->high, keep(subnet->low, length, 32));
  } else {
    show_bits(out, PA_IPV6, keep(subnet->high, length, 64),
              keep(subnet->low, length - 64, 64));
  }
  show(out, "/%d", length);
}
