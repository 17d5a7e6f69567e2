/*
 * host: the least of Node that lets the addon be loaded and called, for a
 * machine that has musl and no Node for it.
 *
 *   host <addon> <subnet> <peer> <header>
 *
 * binds all symbols at once, registers the addon, compiles the subnet, and
 * prints what the set says: about the peer, and where in the header the client
 * stands. Values live until the end.
 */
#include "values.h"

#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

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
    fail("call", "it is no function");
  struct napi_callback_info__ info = {function->data, count, arguments};
  return function->callback(NULL, &info);
}

int main(int count, char **arguments) {
  if (count != 5) fail("usage", "host <addon> <subnet> <peer> <header>");
  void *library = dlopen(arguments[1], RTLD_NOW | RTLD_LOCAL);
  if (library == NULL) fail("dlopen", dlerror());
  /* POSIX has functions fit into what dlsym() returns, C does not say so. */
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
  napi_value asked[] = {set, value_text(arguments[3]),
                        value_text(arguments[4])};
  napi_value trusted = call(value_property(exports, "isTrusted"), 2, asked);
  napi_value place = call(value_property(exports, "resolve"), 3, asked);
  if (trusted->kind != napi_boolean || place->kind != napi_number)
    fail("answers", "they are of the wrong kind");
  printf("Node-API %d: %s, %lld\n", (int)version(),
         trusted->number ? "trusted" : "not trusted", (long long)place->number);
  return 0;
}
