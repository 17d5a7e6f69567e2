/*
 * values: what crosses: text, lists of entries, undefined, numbers alone or in
 * an array, functions; and the memory that is reported to the garbage
 * collector.
 */
#ifndef PA_VALUES_H
#define PA_VALUES_H

#include <napi.h>

#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "../core/proxy_addr.h"

inline napi_value Undefined(napi_env env) {
  napi_value value = nullptr;
  return napi_get_undefined(env, &value) == napi_ok ? value : nullptr;
}

inline napi_value Number(napi_env env, int64_t number) {
  napi_value value = nullptr;
  napi_status status =
      number >= INT32_MIN && number <= INT32_MAX
          ? napi_create_int32(env, static_cast<int32_t>(number), &value)
          : napi_create_int64(env, number, &value);
  return status == napi_ok ? value : Undefined(env);
}

/** Only a hint to the garbage collector, so its failure changes nothing. */
inline void ReportMemory(napi_env env, int64_t bytes) {
  int64_t total;
  (void)napi_adjust_external_memory(env, bytes, &total);
}

/** Adds a function with the addon's data; if memory ran out, adds none. */
inline void ExportFunction(napi_env env, napi_value exports, const char *name,
                           napi_callback function, void *data) {
  napi_value value = nullptr;
  if (napi_create_function(env, name, NAPI_AUTO_LENGTH, function, data,
                           &value) == napi_ok)
    (void)napi_set_named_property(env, exports, name, value);
}

/**
 * Reads a typed array.
 *
 * @return false if the value is not one of that type
 */
template <typename T>
bool ReadArray(napi_env env, napi_value value, napi_typedarray_type wanted,
               T **data, size_t *size) {
  napi_typedarray_type type = napi_int8_array;
  void *memory = nullptr;
  if (napi_get_typedarray_info(env, value, &type, size, &memory, nullptr,
                               nullptr) != napi_ok)
    return false;
  *data = static_cast<T *>(memory);
  return type == wanted;
}

/** A Uint32Array. */
struct Numbers {
  uint32_t *data = nullptr;
  size_t size = 0;

  /** Returns false if the value is not one of at least `room` numbers. */
  bool Read(napi_env env, napi_value value, size_t room) {
    return ReadArray(env, value, napi_uint32_array, &data, &size) &&
           size >= room;
  }
};

/**
 * A JavaScript string as the core reads it, in UTF-16 units.
 *
 * Reading it as Latin-1 would keep the low byte of each unit and so forge
 * characters: "1\u0130.2.3.4" would read as 10.2.3.4. Reading it as UTF-8
 * would move the offsets.
 */
class Text {
public:
  Text() = default;
  Text(const Text &) = delete;
  Text &operator=(const Text &) = delete;
  ~Text() {
    // Most texts are not on the heap, and a call costs more than this test.
    if (heap_ != nullptr) std::free(heap_);
  }

  /**
   * Reads a string, and forgets the one read before.
   *
   * @return false if the value is not a string or memory ran out
   */
  bool Read(napi_env env, napi_value value) {
    // With one unit for the terminator that Node-API writes. A string that
    // fills the rest may have been cut.
    data_ = inline_;
    if (napi_get_value_string_utf16(env, value, inline_, kInline + 1, &size_) !=
        napi_ok)
      return false;
    return size_ < kInline || ReadLong(env, value);
  }

  const char16_t *data() const {
    return data_;
  }

  size_t size() const {
    return size_;
  }

private:
  // One unit more than PA_TAIL_UNITS: a string that fills it may have been cut.
  static constexpr size_t kInline = PA_TAIL_UNITS + 1;

  bool ReadLong(napi_env env, napi_value value) {
    if (napi_get_value_string_utf16(env, value, nullptr, 0, &size_) != napi_ok)
      return false;
    void *grown = std::realloc(heap_, (size_ + 1) * sizeof(char16_t));
    if (grown == nullptr) return false;
    heap_ = static_cast<char16_t *>(grown);
    data_ = heap_;
    return napi_get_value_string_utf16(env, value, heap_, size_ + 1, &size_) ==
           napi_ok;
  }

  const char16_t *data_ = inline_;
  size_t size_ = 0;
  char16_t *heap_ = nullptr;
  char16_t inline_[kInline + 1];
};

/**
 * A list's two arguments as the core reads them: the text of all entries, and
 * the length of each. A list of one crosses without lengths.
 */
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

/** Adds what lib/resolver/engine.js describes to the addon's exports. */
void AddStrict(napi_env env, napi_value exports);

/** Adds what lib/logs/engine.js describes. */
void AddLogs(napi_env env, napi_value exports);

#endif
