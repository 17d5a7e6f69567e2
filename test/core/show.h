/*
 * show: results as text, in the notation of the vector files.
 *
 *   IPv4 127.0.0.1    mapped 127.0.0.1    IPv6 fe80:0:0:0:0:0:0:1
 *   10.0.0.0/8        0:0:0:0:0:0:0:1/128
 */
#ifndef SHOW_H
#define SHOW_H

#include "subnet.h"

typedef struct {
  char text[4096];
  size_t length;
} shown;

/** Adds to the text, as printf would. What does not fit is left out. */
void show(shown *out, const char *format, ...);

/** Adds bytes in double quotes, with the escapes of the vector files. */
void show_quoted(shown *out, const pa_unit *text, size_t length);

void show_address(shown *out, const pa_address *address);

/** Bits behind the prefix are left out: they mean nothing. */
void show_subnet(shown *out, const pa_subnet *subnet);

#endif
