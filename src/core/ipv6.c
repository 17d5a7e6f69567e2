/* ipv6: the full IPv6 grammar of ipaddr.js 1.9.1. */
#include "grammar.h"

#define GROUPS 8
#define GROUPS_BEFORE_TAIL 6

/*
 * Groups and the runs of colons between them. A run of two is a gap ("::"). The
 * run after the last group is stored separately, because its meaning depends on
 * whether an IPv4 tail follows.
 *
 *   "::a:b:"   groups: gap, a, b    trailing 1
 *   "a::b::"   groups: a, gap, b    trailing 2
 */
typedef struct {
  pa_groups groups;
  size_t trailing;
} colon_text;

static size_t colon_run(const pa_unit *text, size_t length) {
  size_t run = 0;
  while (run < length && text[run] == ':')
    run++;
  return run;
}

static bool read_colon_text(const pa_unit *text, size_t length,
                            colon_text *out) {
  *out = (colon_text){0};
  size_t at = colon_run(text, length);
  if (at == 2) pa_groups_add_gap(&out->groups);
  if (at != 0 && at != 2) return false;
  while (at < length) {
    uint16_t group;
    if (out->groups.count == GROUPS) return false;
    size_t digits = pa_group_read(text + at, length - at, &group);
    if (digits == 0) return false;
    pa_groups_add(&out->groups, group);
    at += digits;
    size_t run = colon_run(text + at, length - at);
    at += run;
    if (run > 2) return false;
    if (at == length)
      out->trailing = run;
    else if (run == 0)
      return false;
    else if (run == 2)
      pa_groups_add_gap(&out->groups);
  }
  return true;
}

/* A single colon at the very end is ignored if there is no gap. */
static bool parse_native(const pa_unit *text, size_t length, pa_address *out) {
  colon_text parts;
  pa_groups *groups = &parts.groups;
  if (!read_colon_text(text, length, &parts)) return false;
  if (parts.trailing == 2) pa_groups_add_gap(groups);
  if (groups->gaps > 1) return false;
  if (groups->gaps == 1 && parts.trailing == 1) return false;
  if (groups->gaps == 0 && groups->count != GROUPS) return false;
  *out = pa_groups_join(groups);
  return true;
}

/*
 * ipaddr.js removes the last colon before the tail and then expects six groups,
 * so a gap there is just a colon ("1:2:3:4:5:6::1.2.3.4" is valid) and never
 * stands for zeros ("::1.2.3.4" and "64:ff9b::1.2.3.4" are invalid).
 */
static bool has_groups_for_tail(const colon_text *parts) {
  const pa_groups *groups = &parts->groups;
  if (groups->gaps == 0) return groups->count == GROUPS_BEFORE_TAIL;
  return groups->gaps == 1 && parts->trailing == 1 &&
         groups->count <= GROUPS_BEFORE_TAIL;
}

static bool parse_with_tail(const pa_unit *text, size_t length,
                            pa_address *out) {
  colon_text parts;
  uint32_t tail;
  size_t prefix = length;
  /* The text has a colon, so the loop never gets to its start; the condition
   * keeps it inside the text all the same. */
  while (prefix > 0 && text[prefix - 1] != ':') /* GCOVR_EXCL_BR_LINE */
    prefix--;
  if (!read_colon_text(text, prefix, &parts) || !has_groups_for_tail(&parts) ||
      !pa_ipv4_parse_tail(text + prefix, length - prefix, &tail))
    return false;
  pa_groups_add(&parts.groups, (uint16_t)(tail >> 16));
  pa_groups_add(&parts.groups, (uint16_t)(tail & 0xffff));
  *out = pa_groups_join(&parts.groups);
  return true;
}

static bool is_alphanumeric(pa_unit c) {
  pa_unit lower = c | 0x20;
  return pa_is_digit(c) || (lower >= 'a' && lower <= 'z');
}

/* The characters after the '%': one or more letters and digits. */
static bool is_zone(const pa_unit *text, size_t length) {
  for (size_t i = 0; i < length; i++) {
    if (!is_alphanumeric(text[i])) return false;
  }
  return length > 0;
}

bool pa_ipv6_parse(const pa_unit *text, size_t length, pa_address *out) {
  size_t body = 0;
  bool tail = false;
  for (; body < length && text[body] != '%'; body++)
    tail |= text[body] == '.';
  if (body < length && !is_zone(text + body + 1, length - body - 1))
    return false;
  return tail ? parse_with_tail(text, body, out)
              : parse_native(text, body, out);
}
