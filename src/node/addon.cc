/*
 * addon: the Node-API door. It converts arguments and results, and decides
 * nothing. The interface is described in lib/engine/index.js.
 *
 * No error is made here: what cannot be converted, and memory that is not to be
 * had, is answered by undefined, or by throwing that, and the shim makes an
 * error of it. So all messages are in one place.
 */
#include <napi.h>

#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "../core/resolve.h"
#include "describe.h"
#include "entries.h"
#include "text.h"

// node-addon-api's only use of the C++ library: it makes an array for calls
// with more than six arguments, which the shim never makes. With these, one
// binary needs no libstdc++ and so fits every Linux distribution.
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

// Where the client's entry stands, as one number; see lib/engine/index.js.
constexpr int64_t kLengthValues = 512;

napi_value Undefined(napi_env env) {
  napi_value value = nullptr;
  return napi_get_undefined(env, &value) == napi_ok ? value : nullptr;
}

// For calls that answer with a boolean. Looking at each answer would cost the
// shim more than being ready to catch.
napi_value ThrowUndefined(napi_env env) {
  (void)napi_throw(env, Undefined(env));
  return nullptr;
}

napi_value Number(napi_env env, int64_t number) {
  napi_value value = nullptr;
  napi_status status =
      number >= INT32_MIN && number <= INT32_MAX
          ? napi_create_int32(env, static_cast<int32_t>(number), &value)
          : napi_create_int64(env, number, &value);
  return status == napi_ok ? value : Undefined(env);
}

napi_value Boolean(napi_env env, bool boolean) {
  napi_value value = nullptr;
  return napi_get_boolean(env, boolean, &value) == napi_ok ? value
                                                           : Undefined(env);
}

int64_t Pack(const pa_client &client) {
  int64_t packed = 0;
  if (!client.is_peer) {
    int64_t length =
        static_cast<int64_t>(client.entry.end - client.entry.start);
    if (length > kLengthValues - 1) length = kLengthValues - 1;
    packed = static_cast<int64_t>(client.entry.start) * kLengthValues + length;
  }
  return client.reached_start ? -1 - packed : packed;
}

// Where the client stands behind a peer that is trusted.
napi_value Walk(napi_env env, const pa_trust_set *set, napi_value header) {
  Text text;
  if (!text.Read(env, header)) return Undefined(env);
  return Number(env, Pack(pa_resolve(set, text.data(), text.size())));
}

napi_value Resolve(napi_env env, const pa_trust_set *set, napi_value peer,
                   napi_value header) {
  Text text;
  if (!text.Read(env, peer)) return Undefined(env);
  // Behind an untrusted peer the header need not even be read.
  if (!pa_is_trusted(set, text.data(), text.size())) return Number(env, 0);
  return Walk(env, set, header);
}

// The function that compile() returns. It is made and called without
// node-addon-api, which asks for six arguments and takes 2 ns for that.
napi_value Call(napi_env env, napi_callback_info info) {
  size_t count = 3;
  napi_value argument[3];
  void *data = nullptr;
  if (napi_get_cb_info(env, info, &count, argument, nullptr, &data) != napi_ok)
    return Undefined(env);
  auto *set = static_cast<const pa_trust_set *>(data);
  if (count > 2) return Walk(env, set, argument[1]);
  if (count > 1) return Resolve(env, set, argument[0], argument[1]);
  Text text;
  if (!text.Read(env, argument[0])) return ThrowUndefined(env);
  return Boolean(env, pa_is_trusted(set, text.data(), text.size()));
}

// What became of a list: a set, or an error and the entry it is in.
struct Compiled {
  pa_trust_set *set = nullptr;
  pa_error error = PA_OK;
  size_t entry = 0;
};

pa_error AddEntry(pa_builder *builder, const char16_t *text, size_t length) {
  pa_subnet subnet[PA_SUBNETS_PER_ENTRY];
  size_t count = 0;
  pa_error error = pa_subnet_parse(text, length, subnet, &count);
  for (size_t i = 0; error == PA_OK && i < count; i++)
    error = pa_builder_add(builder, &subnet[i]);
  return error;
}

Compiled CompileEntries(const Entries &entries) {
  Compiled compiled;
  pa_builder builder = {};
  const char16_t *text = entries.text.data();
  size_t rest = entries.text.size();
  while (compiled.error == PA_OK && compiled.entry < entries.count) {
    size_t length = entries.length[compiled.entry];
    if (length > rest) length = rest;
    compiled.error = AddEntry(&builder, text, length);
    if (compiled.error == PA_OK) compiled.entry++;
    text += length;
    rest -= length;
  }
  if (compiled.error == PA_OK)
    compiled.error = pa_builder_finish(&builder, &compiled.set);
  pa_builder_dispose(&builder);
  return compiled;
}

// Only a hint to the garbage collector, so a refusal changes nothing.
void ReportMemory(napi_env env, int64_t bytes) {
  int64_t total;
  (void)napi_adjust_external_memory(env, bytes, &total);
}

void Release(napi_env env, void *data, void *) {
  auto *set = static_cast<pa_trust_set *>(data);
  ReportMemory(env, -static_cast<int64_t>(pa_trust_set_size(set)));
  pa_trust_set_free(set);
}

// The function owns the set: both end together.
napi_value MakeFunction(Napi::Env env, pa_trust_set *set) {
  napi_value function = nullptr;
  // Function::AddFinalizer() would allocate, and could not say that it failed.
  if (napi_create_function(env, "trustSet", NAPI_AUTO_LENGTH, Call, set,
                           &function) != napi_ok ||
      napi_add_finalizer(env, function, set, Release, nullptr, nullptr) !=
          napi_ok) {
    if (env.IsExceptionPending()) env.GetAndClearPendingException();
    pa_trust_set_free(set);
    return Undefined(env);
  }
  ReportMemory(env, static_cast<int64_t>(pa_trust_set_size(set)));
  return function;
}

// The first two arguments of both exports: text and lengths.
Compiled CompileArguments(const Napi::CallbackInfo &info) {
  Entries entries;
  if (!ReadEntries(info.Env(), info[0], info[1], &entries)) {
    Compiled compiled;
    compiled.error = PA_ERR_MEMORY;
    return compiled;
  }
  return CompileEntries(entries);
}

// compile(text, lengths)
Napi::Value Compile(const Napi::CallbackInfo &info) {
  Napi::Env env = info.Env();
  Compiled compiled = CompileArguments(info);
  switch (compiled.error) {
  case PA_OK: return Napi::Value(env, MakeFunction(env, compiled.set));
  case PA_ERR_MEMORY: return Napi::Value(env, Undefined(env));
  default:
    return Napi::Value(env,
                       Number(env, static_cast<int64_t>(compiled.entry) * 4 +
                                       static_cast<int64_t>(compiled.error)));
  }
}

// resolveOnce(text, lengths, peer, header)
Napi::Value ResolveOnce(const Napi::CallbackInfo &info) {
  Napi::Env env = info.Env();
  Compiled compiled = CompileArguments(info);
  if (compiled.error == PA_ERR_MEMORY) return Napi::Value(env, Undefined(env));
  if (compiled.error != PA_OK) return env.Null();
  napi_value answer = Resolve(env, compiled.set, info[2], info[3]);
  pa_trust_set_free(compiled.set);
  return Napi::Value(env, answer);
}

Napi::Object Init(Napi::Env env, Napi::Object exports) {
  exports.Set("compile", Napi::Function::New<Compile>(env, "compile"));
  exports.Set("resolveOnce",
              Napi::Function::New<ResolveOnce>(env, "resolveOnce"));
  AddDescriptions(env, exports);
  return exports;
}

} // namespace

NODE_API_MODULE(proxy_addr_native, Init)
