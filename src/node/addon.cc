/*
 * addon: the Node-API engine. It converts arguments and results, and decides
 * nothing. lib/engine/index.js describes the interface.
 *
 * No error is made here. An argument of the wrong type and a lack of memory
 * are answered by undefined, or by throwing undefined; JavaScript makes the
 * error, so that all messages are in one place.
 */
#include <napi.h>

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <new>

#include "../core/proxy_addr.h"
#include "handles.h"
#include "values.h"

// node-addon-api uses the C++ library only for calls with more than six
// arguments, which JavaScript never makes here. With these operators one binary
// needs no libstdc++, and so fits every Linux distribution.
void *operator new[](std::size_t size) {
  return std::malloc(size);
}

void operator delete[](void *memory) noexcept {
  std::free(memory);
}

void operator delete[](void *memory, std::size_t) noexcept {
  std::free(memory);
}

void operator delete(void *memory) noexcept {
  std::free(memory);
}

void operator delete(void *memory, std::size_t) noexcept {
  std::free(memory);
}

namespace {

struct Sets : Handles<pa_trust_set, pa_trust_set_free> {
  // A JavaScript array that holds the handle of the set to query. Reading it
  // there takes 3 to 4 ns less than reading an argument.
  const uint32_t *asked = nullptr;
  napi_ref kept_array = nullptr;
};

// For calls that return a boolean. Checking each result would cost JavaScript
// more than a try block does.
napi_value ThrowUndefined(napi_env env) {
  (void)napi_throw(env, Undefined(env));
  return nullptr;
}

napi_value Boolean(napi_env env, bool boolean) {
  napi_value value = nullptr;
  return napi_get_boolean(env, boolean, &value) == napi_ok ? value
                                                           : Undefined(env);
}

// The arguments of a hot call: exactly `count`, the first one a set's handle.
template <size_t count> struct Arguments {
  napi_value value[count];
  const pa_trust_set *set = nullptr;

  // Returns false if there is no such set.
  bool Read(napi_env env, napi_callback_info info) {
    size_t room = count;
    void *sets = nullptr;
    if (napi_get_cb_info(env, info, &room, value, nullptr, &sets) != napi_ok)
      return false;
    const auto *all = static_cast<const Sets *>(sets);
    set = all->At(*all->asked);
    return set != nullptr;
  }
};

// Where the client is if the peer is trusted.
napi_value WalkText(napi_env env, const pa_trust_set *set, napi_value header) {
  Text text;
  if (!text.Read(env, header)) return Undefined(env);
  pa_client client = pa_resolve(set, text.data(), text.size());
  return Number(env, pa_client_pack(&client));
}

napi_value ResolveTexts(napi_env env, const pa_trust_set *set, napi_value peer,
                        napi_value header) {
  Text text;
  if (!text.Read(env, peer)) return Undefined(env);
  // The header of an untrusted peer is not even read.
  if (!pa_is_trusted(set, text.data(), text.size())) return Number(env, 0);
  return WalkText(env, set, header);
}

// The hot calls are made without node-addon-api, which always reads six
// arguments: that takes 2 ns.

// isTrusted(address)
napi_value IsTrusted(napi_env env, napi_callback_info info) {
  Arguments<1> arguments;
  Text text;
  if (!arguments.Read(env, info) || !text.Read(env, arguments.value[0]))
    return ThrowUndefined(env);
  return Boolean(env, pa_is_trusted(arguments.set, text.data(), text.size()));
}

// walk(header)
napi_value Walk(napi_env env, napi_callback_info info) {
  Arguments<1> arguments;
  return arguments.Read(env, info)
             ? WalkText(env, arguments.set, arguments.value[0])
             : Undefined(env);
}

// resolve(peer, header)
napi_value Resolve(napi_env env, napi_callback_info info) {
  Arguments<2> arguments;
  return arguments.Read(env, info)
             ? ResolveTexts(env, arguments.set, arguments.value[0],
                            arguments.value[1])
             : Undefined(env);
}

// The outcome of compiling: a set, or an error and the invalid entry's place.
struct Compiled {
  pa_trust_set *set = nullptr;
  pa_error error = PA_OK;
  size_t entry = 0;
};

// The first two arguments are a list's text and lengths.
Compiled CompileArguments(const Napi::CallbackInfo &info) {
  Entries entries;
  Compiled compiled;
  compiled.error = PA_ERR_MEMORY;
  if (entries.Read(info.Env(), info[0], info[1]))
    compiled.error = pa_compile(entries.list(), &compiled.set, &compiled.entry);
  return compiled;
}

// Returns the handle of a set that is kept, or undefined.
napi_value Keep(Napi::Env env, Sets *sets, pa_trust_set *set) {
  uint32_t handle = sets->Add(set);
  if (handle == 0) {
    pa_trust_set_free(set);
    return Undefined(env);
  }
  ReportMemory(env, static_cast<int64_t>(pa_trust_set_size(set)));
  return Number(env, handle);
}

// compile(text, lengths)
Napi::Value Compile(const Napi::CallbackInfo &info) {
  Napi::Env env = info.Env();
  Compiled compiled = CompileArguments(info);
  switch (compiled.error) {
  case PA_OK:
    return Napi::Value(
        env, Keep(env, static_cast<Sets *>(info.Data()), compiled.set));
  case PA_ERR_MEMORY: return Napi::Value(env, Undefined(env));
  default:
    return Napi::Value(
        env, Number(env, -pa_error_pack(compiled.entry, compiled.error)));
  }
}

// release(set)
Napi::Value Release(const Napi::CallbackInfo &info) {
  Napi::Env env = info.Env();
  pa_trust_set *set = static_cast<Sets *>(info.Data())->Take(env, info[0]);
  if (set != nullptr) {
    ReportMemory(env, -static_cast<int64_t>(pa_trust_set_size(set)));
    pa_trust_set_free(set);
  }
  return env.Undefined();
}

// resolveOnce(text, lengths, peer, header)
Napi::Value ResolveOnce(const Napi::CallbackInfo &info) {
  Napi::Env env = info.Env();
  Compiled compiled = CompileArguments(info);
  if (compiled.error == PA_ERR_MEMORY) return Napi::Value(env, Undefined(env));
  if (compiled.error != PA_OK) return env.Null();
  napi_value answer = ResolveTexts(env, compiled.set, info[2], info[3]);
  pa_trust_set_free(compiled.set);
  return Napi::Value(env, answer);
}

using Describe = pa_fault(const pa_unit *, size_t, pa_description *);

// describeAddress(text, numbers), describeEntry(text, numbers)
template <Describe *describe>
Napi::Value DescribeText(const Napi::CallbackInfo &info) {
  Napi::Env env = info.Env();
  Text text;
  Numbers numbers;
  pa_description description;
  if (!text.Read(env, info[0]) ||
      !numbers.Read(env, info[1], sizeof description / sizeof *numbers.data))
    return env.Undefined();
  pa_fault fault = describe(text.data(), text.size(), &description);
  std::memcpy(numbers.data, &description, sizeof description);
  return Napi::Number::New(env, fault);
}

// describeChain(text, lengths, chain, chainLengths, numbers)
Napi::Value DescribeChain(const Napi::CallbackInfo &info) {
  Napi::Env env = info.Env();
  Entries list;
  Entries chain;
  Numbers numbers;
  if (!list.Read(env, info[0], info[1]) || !chain.Read(env, info[2], info[3]) ||
      !numbers.Read(env, info[4], 0) ||
      numbers.size * sizeof *numbers.data / sizeof(pa_hop) <
          chain.list()->count)
    return env.Undefined();
  pa_chain_describe(list.list(), chain.list(),
                    reinterpret_cast<pa_hop *>(numbers.data));
  return Napi::Boolean::New(env, true);
}

// layout(numbers)
Napi::Value Layout(const Napi::CallbackInfo &info) {
  Napi::Env env = info.Env();
  Numbers numbers;
  if (!numbers.Read(env, info[0], 0)) return env.Undefined();
  for (size_t i = 0; i < numbers.size && i < *pa_layout; i++)
    numbers.data[i] = pa_layout[i];
  return env.Undefined();
}

// names(numbers)
Napi::Value Names(const Napi::CallbackInfo &info) {
  Napi::Env env = info.Env();
  Numbers numbers;
  if (!numbers.Read(env, info[0], 0)) return env.Undefined();
  return Napi::Value(env, Number(env, static_cast<int64_t>(pa_names_write(
                                          numbers.data, numbers.size))));
}

template <Napi::Value (*function)(const Napi::CallbackInfo &)>
void Export(Napi::Env env, Napi::Object exports, const char *name,
            void *data = nullptr) {
  exports.Set(name, Napi::Function::New<function>(env, name, data));
}

void FreeSets(napi_env env, void *data, void *) {
  auto *sets = static_cast<Sets *>(data);
  if (sets->kept_array != nullptr)
    (void)napi_delete_reference(env, sets->kept_array);
  sets->~Sets();
  std::free(sets);
}

// The environment owns them. Returns nullptr if memory ran out.
Sets *MakeSets(napi_env env) {
  void *memory = std::malloc(sizeof(Sets));
  if (memory == nullptr) return nullptr;
  auto *sets = new (memory) Sets;
  if (napi_set_instance_data(env, sets, FreeSets, nullptr) == napi_ok)
    return sets;
  FreeSets(env, sets, nullptr);
  return nullptr;
}

// Makes the array in which JavaScript puts the handle of the set to query; it
// lives as long as the environment. Returns nullptr if memory ran out.
napi_value MakeAsked(napi_env env, Sets *sets) {
  napi_value buffer = nullptr, array = nullptr;
  void *memory = nullptr;
  if (napi_create_arraybuffer(env, sizeof *sets->asked, &memory, &buffer) !=
          napi_ok ||
      napi_create_typedarray(env, napi_uint32_array, 1, buffer, 0, &array) !=
          napi_ok ||
      napi_create_reference(env, array, 1, &sets->kept_array) != napi_ok)
    return nullptr;
  sets->asked = static_cast<const uint32_t *>(memory);
  return array;
}

Napi::Object Init(Napi::Env env, Napi::Object exports) {
  Sets *sets = MakeSets(env);
  napi_value asked = sets == nullptr ? nullptr : MakeAsked(env, sets);
  // If memory ran out, the addon is refused because it lacks exports.
  if (asked == nullptr ||
      napi_set_named_property(env, exports, "asked", asked) != napi_ok)
    return exports;
  Export<Compile>(env, exports, "compile", sets);
  Export<Release>(env, exports, "release", sets);
  ExportFunction(env, exports, "isTrusted", IsTrusted, sets);
  ExportFunction(env, exports, "walk", Walk, sets);
  ExportFunction(env, exports, "resolve", Resolve, sets);
  Export<ResolveOnce>(env, exports, "resolveOnce");
  Export<DescribeText<pa_address_describe>>(env, exports, "describeAddress");
  Export<DescribeText<pa_entry_describe>>(env, exports, "describeEntry");
  Export<DescribeChain>(env, exports, "describeChain");
  Export<Names>(env, exports, "names");
  Export<Layout>(env, exports, "layout");
  AddStrict(env, exports);
  AddLogs(env, exports);
  return exports;
}

} // namespace

NODE_API_MODULE(proxy_addr_native, Init)
