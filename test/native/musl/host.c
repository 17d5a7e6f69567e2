/*
 * host: as much of Node-API as is needed to load and call the addon, for
 * machines that have musl but no Node built for it.
 *
 *   host <addon> <subnet> <peer> <header>
 *
 * binds all symbols at once, registers the addon, compiles the subnet, and
 * prints whether the set contains the peer, and where in the header the client
 * is. Values live until the end.
 *
 * It has the functions of Node-API that the addon calls if nothing fails.
 * run.js generates the others, which end the program.
 */
#include <node_api.h>

#include <dlfcn.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct napi_value__ {
  napi_valuetype kind;
  int64_t number; /* also a boolean's value */
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

static void *zeroed(size_t size) {
  void *memory = calloc(1, size);
  if (memory == NULL) abort();
  return memory;
}

/** Makes a value of a kind, with all else zero; aborts if memory runs out. */
static napi_value value_new(napi_valuetype kind) {
  napi_value value = zeroed(sizeof *value);
  value->kind = kind;
  return value;
}

/** Makes a string value. `text` is ASCII and must outlive the value. */
static napi_value value_text(const char *text) {
  napi_value value = value_new(napi_string);
  value->text = text;
  return value;
}

/** Returns an object's property, or NULL. */
static napi_value value_property(napi_value object, const char *name) {
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

napi_status napi_create_double(napi_env env, double value, napi_value *result) {
  (void)env;
  return number(napi_number, (int64_t)value, result);
}

napi_status napi_typeof(napi_env env, napi_value value,
                        napi_valuetype *result) {
  (void)env;
  *result = value->kind;
  return napi_ok;
}

napi_status napi_get_value_string_utf16(napi_env env, napi_value value,
                                        char16_t *buffer, size_t size,
                                        size_t *result) {
  (void)env;
  if (value->kind != napi_string) return napi_string_expected;
  size_t length = strlen(value->text);
  if (buffer != NULL) {
    if (length > size - 1) length = size - 1;
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

napi_status napi_create_arraybuffer(napi_env env, size_t size, void **data,
                                    napi_value *result) {
  (void)env;
  *result = value_new(napi_object);
  (*result)->data = *data = zeroed(size);
  return napi_ok;
}

/* An array is all of its buffer. */
napi_status napi_create_typedarray(napi_env env, napi_typedarray_type type,
                                   size_t length, napi_value buffer,
                                   size_t offset, napi_value *result) {
  (void)env;
  (void)type;
  (void)length;
  (void)offset;
  *result = buffer;
  return napi_ok;
}

/* Nothing is collected, so nothing has to be kept. */
napi_status napi_create_reference(napi_env env, napi_value value,
                                  uint32_t count, napi_ref *result) {
  (void)env;
  (void)value;
  (void)count;
  *result = NULL;
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

/* Nothing is collected, so nothing is finalized. */
napi_status napi_add_finalizer(napi_env env, napi_value object, void *data,
                               napi_finalize finalize, void *hint,
                               napi_ref *result) {
  (void)env;
  (void)object;
  (void)data;
  (void)finalize;
  (void)hint;
  (void)result;
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

napi_status napi_add_env_cleanup_hook(napi_env env, void (*hook)(void *),
                                      void *data) {
  (void)env;
  (void)hook;
  (void)data;
  return napi_ok;
}

napi_status napi_adjust_external_memory(napi_env env, int64_t change,
                                        int64_t *result) {
  (void)env;
  *result = change;
  return napi_ok;
}

typedef int32_t (*version_function)(void);

static void fail(const char *what, const char *why) {
  fprintf(stderr, "%s: %s\n", what, why);
  exit(1);
}

static void *symbol(void *library, const char *name) {
  void *found = dlsym(library, name);
  if (found == NULL) fail(name, dlerror());
  return found;
}

static napi_value call(napi_value function, size_t count,
                       const napi_value *arguments) {
  if (function == NULL || function->kind != napi_function)
    fail("call", "not a function");
  struct napi_callback_info__ info = {function->data, count, arguments};
  return function->callback(NULL, &info);
}

int main(int count, char **arguments) {
  if (count != 5) fail("usage", "host <addon> <subnet> <peer> <header>");
  void *library = dlopen(arguments[1], RTLD_NOW | RTLD_LOCAL);
  if (library == NULL) fail("dlopen", dlerror());
  /* POSIX lets dlsym() return functions as void *; C does not. */
  version_function version;
  napi_addon_register_func add;
  void *versions = symbol(library, "node_api_module_get_api_version_v1");
  void *registers = symbol(library, "napi_register_module_v1");
  memcpy(&version, &versions, sizeof version);
  memcpy(&add, &registers, sizeof add);

  napi_value exports = add(NULL, value_new(napi_object));
  napi_value compile = value_property(exports, "compile");
  napi_value list[] = {value_text(arguments[2]), value_new(napi_undefined)};
  napi_value set = call(compile, 2, list);
  napi_value asked = value_property(exports, "asked");
  if (asked == NULL) fail("exports", "no asked");
  *(uint32_t *)asked->data = (uint32_t)set->number;
  napi_value texts[] = {value_text(arguments[3]), value_text(arguments[4])};
  napi_value trusted = call(value_property(exports, "isTrusted"), 1, texts);
  napi_value place = call(value_property(exports, "resolve"), 2, texts);
  if (trusted->kind != napi_boolean || place->kind != napi_number)
    fail("answers", "wrong kind of value");
  printf("Node-API %d: %s, %lld\n", (int)version(),
         trusted->number ? "trusted" : "not trusted", (long long)place->number);
  return 0;
}
