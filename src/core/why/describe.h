/*
 * describe: text -> the facts about an address or an entry of a trust list; and
 * about each address of a request's chain, with the entry that it matches. A
 * trust set does not keep its entries, so this reads the list again. For
 * explanations, off the hot path.
 *
 * A description consists of uint32_t fields only, without padding, so that an
 * engine can pass it on as an array of numbers. JavaScript relies on the order
 * of its fields; see proxy_addr.h.
 */
#ifndef PA_DESCRIBE_H
#define PA_DESCRIBE_H

#include "../resolve.h"
#include "diagnose.h"

#ifdef __cplusplus
extern "C" {
#endif

/** What is unusual about how an address or an entry was written. */
enum {
  /** "::ffff:10.0.0.1": IPv4 written as IPv6 */
  PA_WRITTEN_MAPPED = 1,
  /** "010.0.0.1", which is 8.0.0.1 */
  PA_WRITTEN_OCTAL = 2,
  /** "0x7f.0.0.1" */
  PA_WRITTEN_HEX = 4,
  /** "2130706433", or "10", which is 0.0.0.10 */
  PA_WRITTEN_ONE_PART = 8,
  /** "::ffff:10.0.0.01", "::00001", "10.0.0.0/08": redundant zeros */
  PA_WRITTEN_ZEROS = 16,
  /** "fe80::1%eth0": the zone is ignored */
  PA_WRITTEN_ZONE = 32,
  /** "1:2:3:4:5:6:7:8:", "1::2:3:4:5:6:7:8": a redundant colon */
  PA_WRITTEN_COLON = 64,
  /** "09.0.0.1", which is 0.0.0.1, "0X7f.0.0.1": a part is not read fully */
  PA_WRITTEN_UNREAD = 128,
  /** "10.0.0.0/255.0.0.0" */
  PA_WRITTEN_NETMASK = 256,
  /** "10.1.2.3/8", which is 10.0.0.0/8 */
  PA_WRITTEN_HOST_BITS = 512
};

/** The number of PA_WRITTEN_…; JavaScript has a word for each. */
#define PA_FORMS 10

/**
 * A subnet and the text of its address. If all bits count, it is a single
 * address.
 */
typedef struct {
  /** 4 or 6; 0 if there is none */
  uint32_t family;
  /** how many of the 32 or 128 bits count */
  uint32_t length;
  /** the 128 bits, highest first; an IPv4 address is in the last word */
  uint32_t word[4];
  /** the address's canonical text, in units */
  uint32_t text_length;
  uint32_t text[PA_FORMAT_LONGEST];
} pa_described;

typedef struct {
  /** a pa_fault; if there is one, only `start` and `end` are set besides */
  uint32_t fault;
  /** where the fault is: from `start` up to but not including `end` */
  uint32_t start;
  uint32_t end;
  /** PA_WRITTEN_… */
  uint32_t written;
  /** what pa_name_find() returns; a name sets only this and the subnets */
  uint32_t name;
  /**
   * The length of the prefix as it was written, or all bits without one; for a
   * mapped address up to 128.
   */
  uint32_t length;
  /** the address as it was written, with its host bits */
  pa_described address;
  /** the number of subnets; 0 for a mapped subnet shorter than /96 */
  uint32_t count;
  /** the subnets that the entry stands for, without host bits */
  pa_described subnet[PA_SUBNETS_PER_ENTRY];
} pa_description;

/** Describes a subnet, without its host bits. */
void pa_subnet_describe(const pa_subnet *subnet, pa_described *out);

/**
 * Describes a text that should be an address.
 *
 * @param text    the characters; may be NULL if length is 0
 * @param length  the number of units, below 2 ** 32
 * @param out     receives the description, with the address as its only subnet
 * @return the fault; PA_FAULT_NONE exactly if pa_address_parse() accepts it
 */
pa_fault pa_address_describe(const pa_unit *text, size_t length,
                             pa_description *out);

/**
 * Describes an entry of a trust list.
 *
 * @param text    the entry, untrimmed; may be NULL if length is 0
 * @param length  the number of units, below 2 ** 32
 * @param out     receives the description
 * @return the fault; PA_FAULT_NONE exactly if pa_subnet_parse() accepts it
 */
pa_fault pa_entry_describe(const pa_unit *text, size_t length,
                           pa_description *out);

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
