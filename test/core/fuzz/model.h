/*
 * model: slow and obviously right. What the targets compare the core with.
 */
#ifndef MODEL_H
#define MODEL_H

#include "lists.h"
#include "resolve.h"

/**
 * The entries of a header from the left to the right.
 *
 * @param out  receives them; there is room for `length` ones
 * @return how many there are
 */
size_t model_split(const pa_unit *text, size_t length, pa_slice *out);

/** Is this text an address in one of the subnets? */
bool model_trusts(const list *subnets, const pa_unit *text, size_t length);

/** Who the client is; `reached_start` is not told. */
pa_client model_resolve(const list *subnets, const pa_unit *text,
                        size_t length);

#endif
