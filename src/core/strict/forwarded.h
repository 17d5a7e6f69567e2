/*
 * forwarded: elements of RFC 7239's `Forwarded`, from the right (the nearest
 * proxy's) to the left, without copying.
 *
 * This order keeps a client's unbalanced quote from swallowing what a trusted
 * proxy appended: an element ends before the nearest comma that has an even
 * number of quotes between itself and the element's end. If a header came in
 * several lines, '\n' separates them; no element or quoted string crosses it.
 */
#ifndef PA_FORWARDED_H
#define PA_FORWARDED_H

#include "node.h"

#ifdef __cplusplus
extern "C" {
#endif

/** An element with more parameters than this is void. */
#define PA_FORWARDED_PAIRS 16

/** A parameter's value; for a quoted string, the text between the quotes. */
typedef struct {
  pa_slice at;
  bool present;
} pa_forwarded_value;

/** The parameters that are used. `by` and unknown ones are not. */
typedef struct {
  pa_forwarded_value node;
  pa_forwarded_value proto;
  pa_forwarded_value host;
} pa_forwarded;

/**
 * Steps one element to the left, skipping empty ones.
 *
 * @param hops  a cursor: see hops.h
 * @param out   receives the element without the blanks around it; untouched
 *              if there is none
 * @return false when there are no more elements
 */
bool pa_forwarded_next(pa_hops *hops, pa_slice *out);

/**
 * Reads an element.
 *
 * @param text   the header
 * @param slice  the element's place in it
 * @param out    receives its values; meaningless unless true is returned
 * @return false if the element is void: its grammar is invalid, or a parameter
 *         occurs twice
 */
bool pa_forwarded_parse(const pa_unit *text, pa_slice slice, pa_forwarded *out);

/**
 * Reads the value of `for`.
 *
 * @param text    the value, without quotes
 * @param length  how many units
 * @param out     receives the node. If the value has quoted pairs, `bare` is
 *                empty
 * @return false if it is not an address: "unknown", "_hidden", "::1" without
 *         brackets
 */
bool pa_forwarded_node(const pa_unit *text, size_t length, pa_node *out);

#ifdef __cplusplus
}
#endif

#endif
