/*
 * entries: a list's two arguments as the core reads them: the text of all
 * entries, and the length of each. A list of one crosses without lengths.
 */
#ifndef PA_ENTRIES_READ_H
#define PA_ENTRIES_READ_H

#include <napi.h>

#include <cstddef>
#include <cstdint>

#include "../core/entries.h"
#include "text.h"

class Entries {
public:
  /**
   * Reads a list, once.
   *
   * @return false if an argument is of the wrong type or memory ran out
   */
  bool Read(napi_env env, napi_value text, napi_value lengths) {
    napi_valuetype kind;
    if (!text_.Read(env, text) || napi_typeof(env, lengths, &kind) != napi_ok)
      return false;
    only_ = static_cast<uint32_t>(text_.size());
    list_ = {text_.data(), text_.size(), &only_, 1};
    return kind == napi_undefined || ReadLengths(env, lengths);
  }

  const pa_entries *list() const {
    return &list_;
  }

private:
  bool ReadLengths(napi_env env, napi_value lengths) {
    napi_typedarray_type type = napi_int8_array;
    void *data = nullptr;
    if (napi_get_typedarray_info(env, lengths, &type, &list_.count, &data,
                                 nullptr, nullptr) != napi_ok)
      return false;
    list_.length = static_cast<const uint32_t *>(data);
    return type == napi_uint32_array;
  }

  Text text_;
  uint32_t only_ = 0;
  pa_entries list_ = {};
};

#endif
