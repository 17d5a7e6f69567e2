/* values: what stands for JavaScript's values, see values.c. */
#ifndef VALUES_H
#define VALUES_H

#include <node_api.h>

#include <stddef.h>
#include <stdint.h>

struct napi_value__ {
  napi_valuetype kind;
  int64_t number; /* of a boolean, too */
  const char *text;
  napi_callback callback;
  void *data;
  struct property *properties;
};

struct property {
  const char *name;
  napi_value value;
  struct property *next;
};

struct napi_callback_info__ {
  void *data;
  size_t count;
  const napi_value *arguments;
};

/** A value of a kind, all else zero. Ends the program if there is no memory. */
napi_value value_new(napi_valuetype kind);

/** A string of ASCII characters, which must outlive it. */
napi_value value_text(const char *text);

/** An object's property, or NULL. */
napi_value value_property(napi_value object, const char *name);

#endif
