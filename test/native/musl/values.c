/*
 * values: as much of Node-API as the addon calls while all goes well. All else
 * that it may want is made by run.js, and ends the program.
 */
#include "values.h"

#include <stdlib.h>
#include <string.h>

static void *zeroed(size_t size) {
  void *memory = calloc(1, size);
  if (memory == NULL) abort();
  return memory;
}

napi_value value_new(napi_valuetype kind) {
  napi_value value = zeroed(sizeof *value);
  value->kind = kind;
  return value;
}

napi_value value_text(const char *text) {
  napi_value value = value_new(napi_string);
  value->text = text;
  return value;
}

napi_value value_property(napi_value object, const char *name) {
  struct property *property = object->properties;
  while (property != NULL && strcmp(property->name, name) != 0)
    property = property->next;
  return property == NULL ? NULL : property->value;
}

static napi_status number(napi_valuetype kind, int64_t is, napi_value *result) {
  *result = value_new(kind);
  (*result)->number = is;
  return napi_ok;
}

napi_status napi_get_undefined(napi_env env, napi_value *result) {
  (void)env;
  return number(napi_undefined, 0, result);
}

napi_status napi_get_null(napi_env env, napi_value *result) {
  (void)env;
  return number(napi_null, 0, result);
}

napi_status napi_get_boolean(napi_env env, bool value, napi_value *result) {
  (void)env;
  return number(napi_boolean, value, result);
}

napi_status napi_create_int32(napi_env env, int32_t value, napi_value *result) {
  (void)env;
  return number(napi_number, value, result);
}

napi_status napi_create_int64(napi_env env, int64_t value, napi_value *result) {
  (void)env;
  return number(napi_number, value, result);
}

napi_status napi_typeof(napi_env env, napi_value value,
                        napi_valuetype *result) {
  (void)env;
  *result = value->kind;
  return napi_ok;
}

napi_status napi_get_value_string_utf16(napi_env env, napi_value value,
                                        char16_t *buffer, size_t room,
                                        size_t *result) {
  (void)env;
  if (value->kind != napi_string) return napi_string_expected;
  size_t length = strlen(value->text);
  if (buffer != NULL) {
    if (length > room - 1) length = room - 1;
    for (size_t i = 0; i < length; i++)
      buffer[i] = (char16_t)value->text[i];
    buffer[length] = 0;
  }
  *result = length;
  return napi_ok;
}

napi_status napi_create_function(napi_env env, const char *name, size_t length,
                                 napi_callback callback, void *data,
                                 napi_value *result) {
  (void)env;
  (void)name;
  (void)length;
  *result = value_new(napi_function);
  (*result)->callback = callback;
  (*result)->data = data;
  return napi_ok;
}

napi_status napi_get_cb_info(napi_env env, napi_callback_info info,
                             size_t *count, napi_value *arguments,
                             napi_value *this, void **data) {
  (void)env;
  for (size_t i = 0; arguments != NULL && i < *count; i++)
    arguments[i] =
        i < info->count ? info->arguments[i] : value_new(napi_undefined);
  if (count != NULL) *count = info->count;
  if (this != NULL) *this = value_new(napi_undefined);
  if (data != NULL) *data = info->data;
  return napi_ok;
}

napi_status napi_set_named_property(napi_env env, napi_value object,
                                    const char *name, napi_value value) {
  (void)env;
  struct property *property = zeroed(sizeof *property);
  *property = (struct property){name, value, object->properties};
  object->properties = property;
  return napi_ok;
}

napi_status napi_get_value_uint32(napi_env env, napi_value value,
                                  uint32_t *result) {
  (void)env;
  if (value->kind != napi_number) return napi_number_expected;
  *result = (uint32_t)value->number;
  return napi_ok;
}

/* The environment never ends, so nothing has to be finalized. */
napi_status napi_set_instance_data(napi_env env, void *data,
                                   napi_finalize finalize, void *hint) {
  (void)env;
  (void)data;
  (void)finalize;
  (void)hint;
  return napi_ok;
}

napi_status napi_adjust_external_memory(napi_env env, int64_t change,
                                        int64_t *result) {
  (void)env;
  *result = change;
  return napi_ok;
}
