/*
 * values: what crosses beside text: undefined, numbers alone or in an array,
 * and how much memory is in use.
 */
#ifndef PA_VALUES_H
#define PA_VALUES_H

#include <napi.h>

#include <cstddef>
#include <cstdint>

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

/** Adds a function with the addon's own data; without memory, none. */
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

#endif
