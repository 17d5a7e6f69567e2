/* rooms: the tests, one function for each part of the core. */
#ifndef ROOMS_H
#define ROOMS_H

void test_address(void);
void test_shortcut(void);
void test_subnet(void);
void test_describe(void);
void test_trust_set(void);
void test_size(void);
void test_hops(void);
void test_resolve(void);
void test_memory(void);
void test_corpus(void);

#endif
