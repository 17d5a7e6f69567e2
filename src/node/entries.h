/*
 * entries: a trust list's arguments as the core wants them: all the text, and
 * the length of each entry. A list of one crosses without an array of lengths.
 */
#ifndef PA_ENTRIES_READ_H
#define PA_ENTRIES_READ_H

#include <napi.h>

#include <cstddef>
#include <cstdint>

#include "text.h"

struct Entries {
  Text text;
  uint32_t only = 0;
  const uint32_t *length = &only;
  size_t count = 1;
};

inline bool ReadEntries(napi_env env, napi_value text, napi_value lengths,
                        Entries *out) {
  napi_valuetype kind;
  if (!out->text.Read(env, text) || napi_typeof(env, lengths, &kind) != napi_ok)
    return false;
  if (kind == napi_undefined) {
    out->only = static_cast<uint32_t>(out->text.size());
    return true;
  }
  napi_typedarray_type type = napi_int8_array;
  void *data = nullptr;
  if (napi_get_typedarray_info(env, lengths, &type, &out->count, &data, nullptr,
                               nullptr) != napi_ok)
    return false;
  out->length = static_cast<const uint32_t *>(data);
  return type == napi_uint32_array;
}

#endif
