/*
 * chain: what there is to know about each address of a request's chain, and
 * which entry of a trust list it matches. A trust set forgets the entries, so
 * this reads the list again: off the hot path.
 */
#ifndef PA_CHAIN_H
#define PA_CHAIN_H

#include "../entries.h"
#include "describe.h"

#ifdef __cplusplus
extern "C" {
#endif

/**
 * An address of a chain. Like pa_description it consists of uint32_t alone,
 * without gaps, and crosses to JavaScript.
 */
typedef struct {
  /** a pa_fault, and its place, as in pa_description */
  uint32_t fault;
  uint32_t start;
  uint32_t end;
  /** PA_WRITTEN_… */
  uint32_t written;
  /** the address; its family is 0 if there is a fault */
  pa_described address;
  /** the place of the first entry that matches, plus 1; 0 if none does */
  uint32_t entry;
  /** what pa_name_find() returns for that entry */
  uint32_t name;
  /** the first subnet of that entry that matches, without host bits */
  pa_described subnet;
} pa_hop;

/** Is the address in the subnet? */
bool pa_subnet_has(const pa_subnet *subnet, const pa_address *address);

/**
 * Describes each address of a chain, and looks for the first entry of a list
 * that it matches. Each entry is read once; an invalid one is passed over.
 *
 * @param list   a trust list; it may be empty
 * @param chain  addresses, as a list crosses
 * @param out    receives a pa_hop for each address; it has an entry exactly if
 *               a set compiled of the list's valid entries has the address
 */
void pa_chain_describe(const pa_entries *list, const pa_entries *chain,
                       pa_hop *out);

#ifdef __cplusplus
}
#endif

#endif
