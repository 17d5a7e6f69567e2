#define _DEFAULT_SOURCE
#define _DARWIN_C_SOURCE

#include "check.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#ifndef MAP_ANONYMOUS
#define MAP_ANONYMOUS MAP_ANON
#endif

#define SECONDS_PER_TEST 60
#define REPORTS_PER_TEST 5
#define BYTES_SHOWN 120
#define GUARDED_BYTES (GUARD_CAPACITY * sizeof(pa_unit))

uint64_t check_seed = 20250101;
bool check_slowly;

static struct {
  char suite[32];
  char sentence[160];
  const uint8_t *input;
  size_t input_length;
  size_t tests, failed_tests;
  size_t failures;
} state;

static const int fatal_signals[] = {SIGSEGV, SIGBUS,  SIGILL,
                                    SIGFPE,  SIGABRT, SIGALRM};
#define FATAL_SIGNALS (sizeof fatal_signals / sizeof *fatal_signals)
static struct sigaction earlier_actions[FATAL_SIGNALS];

/* Signal handlers call nothing but write(). */
static void say(const char *text) {
  if (write(STDERR_FILENO, text, strlen(text)) < 0) return;
}

static void say_byte(uint8_t byte) {
  static const char digits[] = "0123456789abcdef";
  char hex[] = {'\\', 'x', digits[byte >> 4], digits[byte & 15], 0};
  char plain[] = {(char)byte, 0};
  bool printable = byte >= 0x20 && byte < 0x7f && byte != '\\';
  say(printable ? plain : hex);
}

static void say_input(void) {
  size_t shown = state.input_length;
  if (shown > BYTES_SHOWN) shown = BYTES_SHOWN;
  if (state.input == NULL) return;
  say("    for the input \"");
  for (size_t i = 0; i < shown; i++) {
    say_byte(state.input[i]);
  }
  say(shown < state.input_length ? "...\"\n" : "\"\n");
}

static void say_where(void) {
  say("\nSTOPPED in ");
  say(state.suite);
  say(": ");
  say(state.sentence);
  say("\n");
  say_input();
}

/*
 * Returning to the faulting instruction with the earlier handler in place makes
 * it fault again; then the system or the sanitizer reports it.
 */
static void report_crash(int number) {
  say_where();
  if (number == SIGALRM) {
    say("    which ran too long\n");
    _exit(1);
  }
  for (size_t i = 0; i < FATAL_SIGNALS; i++) {
    if (fatal_signals[i] == number) {
      sigaction(number, &earlier_actions[i], NULL);
    }
  }
}

#if defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(memory_sanitizer)
#define HAS_DEATH_CALLBACK
#endif
#elif defined(__SANITIZE_ADDRESS__)
#define HAS_DEATH_CALLBACK
#endif

#ifdef HAS_DEATH_CALLBACK
void __sanitizer_set_death_callback(void (*callback)(void));
#endif

const guard_place guard_places[2] = {guard_end, guard_start};

static pa_unit *end_pages, *start_pages;

static pa_unit *map_pages(void) {
  size_t page = (size_t)sysconf(_SC_PAGESIZE);
  char *map = mmap(NULL, GUARDED_BYTES + 2 * page, PROT_NONE,
                   MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  int access = PROT_READ | PROT_WRITE;
  if (map == MAP_FAILED || mprotect(map + page, GUARDED_BYTES, access) != 0) {
    perror("cannot map guarded pages");
    exit(1);
  }
  return (pa_unit *)(void *)(map + page);
}

void check_prepare(void) {
  end_pages = map_pages();
  start_pages = map_pages();
  struct sigaction action;
  memset(&action, 0, sizeof action);
  action.sa_handler = report_crash;
  sigemptyset(&action.sa_mask);
  for (size_t i = 0; i < FATAL_SIGNALS; i++) {
    sigaction(fatal_signals[i], &action, &earlier_actions[i]);
  }
#ifdef HAS_DEATH_CALLBACK
  __sanitizer_set_death_callback(say_where);
#endif
}

static void end_test(void) {
  if (state.failures > 0) state.failed_tests++;
  state.failures = 0;
  check_input(NULL, 0);
}

void check_start(const char *suite, const char *sentence) {
  end_test();
  state.tests++;
  snprintf(state.suite, sizeof state.suite, "%s", suite);
  snprintf(state.sentence, sizeof state.sentence, "%s", sentence);
  alarm(check_slowly ? 0 : SECONDS_PER_TEST);
}

void check_input(const void *text, size_t length) {
  state.input = text;
  state.input_length = length;
}

/** Counts a failure; returns whether to print it. */
static bool report_failure(const char *file, int line) {
  state.failures++;
  if (state.failures == 1) {
    fprintf(stderr, "\nFAIL %s: %s\n", state.suite, state.sentence);
  }
  if (state.failures > REPORTS_PER_TEST) return false;
  fprintf(stderr, "  %s:%d: ", file, line);
  return true;
}

void check_that(bool holds, const char *file, int line, const char *claim) {
  if (holds || !report_failure(file, line)) return;
  fprintf(stderr, "%s does not hold\n", claim);
  say_input();
}

void check_same(const char *expected, const char *actual, const char *file,
                int line) {
  if (strcmp(expected, actual) == 0 || !report_failure(file, line)) return;
  fprintf(stderr, "expected %s, got %s\n", expected, actual);
  say_input();
}

bool check_has_failed(void) {
  return state.failures > 0;
}

int check_finish(void) {
  end_test();
  alarm(0);
  if (state.failed_tests > 0) {
    fprintf(stderr, "\n%zu of %zu tests failed (seed %llu)\n",
            state.failed_tests, state.tests, (unsigned long long)check_seed);
    return 1;
  }
  printf("%zu tests passed\n", state.tests);
  return 0;
}

static const pa_unit *place(pa_unit *at, const void *text, size_t length) {
  const unsigned char *bytes = text;
  for (size_t i = 0; i < length; i++)
    at[i] = bytes[i];
  return at;
}

const pa_unit *guard_end(const void *text, size_t length) {
  return place(end_pages + GUARD_CAPACITY - length, text, length);
}

const pa_unit *guard_start(const void *text, size_t length) {
  return place(start_pages, text, length);
}
