/*
 * chain: describes each address of a request's chain, and finds the entry of a
 * trust list that it matches. A trust set does not keep its entries, so this
 * reads the list again. Off the hot path.
 */
#ifndef PA_CHAIN_H
#define PA_CHAIN_H

#include "../resolve.h"
#include "describe.h"

#ifdef __cplusplus
extern "C" {
#endif

/**
 * An address of a chain. Like pa_description, it consists of uint32_t fields
 * only, without padding, and crosses to JavaScript.
 */
typedef struct {
  /** a pa_fault, and its position, as in pa_description */
  uint32_t fault;
  uint32_t start;
  uint32_t end;
  /** PA_WRITTEN_… */
  uint32_t written;
  /** the address; its family is 0 if there is a fault */
  pa_described address;
  /** the index of the first entry that matches, plus 1; 0 if none does */
  uint32_t entry;
  /** what pa_name_find() returns for that entry */
  uint32_t name;
  /** the first subnet of that entry that matches, without host bits */
  pa_described subnet;
} pa_hop;

/** Returns whether the address is in the subnet. */
bool pa_subnet_has(const pa_subnet *subnet, const pa_address *address);

/**
 * Describes each address of a chain, and finds the first entry of a list that
 * it matches. Each entry is parsed once; invalid ones are skipped.
 *
 * @param list   a trust list; may be empty
 * @param chain  the addresses, as a list crosses
 * @param out    receives a pa_hop for each address; it names an entry exactly
 *               if a set compiled from the list's valid entries contains the
 *               address
 */
void pa_chain_describe(const pa_entries *list, const pa_entries *chain,
                       pa_hop *out);

#ifdef __cplusplus
}
#endif

#endif
