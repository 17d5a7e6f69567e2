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
#include "values.h"

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
    return kind == napi_undefined || ReadArray(env, lengths, napi_uint32_array,
                                               &list_.length, &list_.count);
  }

  const pa_entries *list() const {
    return &list_;
  }

private:
  Text text_;
  uint32_t only_ = 0;
  pa_entries list_ = {};
};

#endif
