/* strict: conversion of arguments and results, as in addon.cc. */
#include "strict.h"

#include <cstdint>
#include <cstdlib>

#include "../core/strict/crossing.h"
#include "entries.h"
#include "text.h"

namespace {

// A compiled policy, and the memory that it shares with JavaScript.
struct Resolver {
  pa_policy policy;
  uint32_t *words;
  napi_ref shared;
};

napi_value Undefined(napi_env env) {
  napi_value value = nullptr;
  return napi_get_undefined(env, &value) == napi_ok ? value : nullptr;
}

napi_value Number(napi_env env, int64_t number) {
  napi_value value = nullptr;
  napi_status status =
      number >= INT32_MIN && number <= INT32_MAX
          ? napi_create_int32(env, static_cast<int32_t>(number), &value)
          : napi_create_int64(env, number, &value);
  return status == napi_ok ? value : Undefined(env);
}

uint32_t *ReadWords(napi_env env, napi_value value, size_t *count) {
  napi_typedarray_type type = napi_int8_array;
  void *data = nullptr;
  if (napi_get_typedarray_info(env, value, &type, count, &data, nullptr,
                               nullptr) != napi_ok ||
      type != napi_uint32_array)
    return nullptr;
  return static_cast<uint32_t *>(data);
}

pa_answer *AnswerOf(const Resolver *resolver) {
  return reinterpret_cast<pa_answer *>(resolver->words + PA_REQUEST_WORDS);
}

bool IsString(napi_env env, napi_value value) {
  napi_valuetype kind;
  return napi_typeof(env, value, &kind) == napi_ok && kind == napi_string;
}

// (header), from a peer that is known to be trusted; (peer, header)
napi_value Quickly(napi_env env, Resolver *resolver, const Text *peer,
                   napi_value header) {
  Text text;
  if (!text.Read(env, header)) return Undefined(env);
  pa_request request = {};
  request.kind = peer == nullptr ? PA_PEER_TRUSTED : PA_PEER_SOCKET;
  if (peer != nullptr) {
    request.peer = peer->data();
    request.peer_length = peer->size();
  }
  request.header = text.data();
  request.header_length = text.size();
  request.refused = PA_NONE;
  return Number(
      env, pa_walk_quickly(&resolver->policy, &request, AnswerOf(resolver)));
}

bool ReadFrom(napi_env env, pa_walk *walk, napi_value *value, size_t count) {
  for (uint32_t index; (index = pa_walk_next_from(walk)) != PA_NONE;) {
    Text text;
    if (index >= count || !text.Read(env, value[index])) return false;
    pa_walk_read_from(walk, text.data(), text.size());
  }
  return true;
}

// (peer, header, from…), with all else in the shared memory
napi_value InFull(napi_env env, Resolver *resolver, napi_value *argument,
                  size_t count) {
  Text peer, header;
  pa_request request = pa_request_read(resolver->words);
  if (IsString(env, argument[0])) {
    if (!peer.Read(env, argument[0])) return Undefined(env);
    request.peer = peer.data();
    request.peer_length = peer.size();
  } else if (request.kind >= PA_PEER_SOCKET) {
    request.kind = PA_PEER_NONE;
  }
  if (IsString(env, argument[1])) {
    if (!header.Read(env, argument[1])) return Undefined(env);
    request.header = header.data();
    request.header_length = header.size();
  }
  pa_walk walk = {};
  walk.policy = &resolver->policy;
  walk.request = &request;
  walk.answer = AnswerOf(resolver);
  pa_walk_chain(&walk);
  if (!ReadFrom(env, &walk, argument + 2, count - 2)) return Undefined(env);
  return Number(env, 0);
}

napi_value CallInFull(napi_env env, napi_callback_info info,
                      Resolver *resolver) {
  napi_value argument[2 + PA_FROM_HEADERS];
  size_t count = 2 + PA_FROM_HEADERS;
  if (napi_get_cb_info(env, info, &count, argument, nullptr, nullptr) !=
      napi_ok)
    return Undefined(env);
  if (count > 2 + PA_FROM_HEADERS) count = 2 + PA_FROM_HEADERS;
  return InFull(env, resolver, argument, count);
}

// The function that createStrict() returns.
napi_value Call(napi_env env, napi_callback_info info) {
  size_t count = 2;
  napi_value argument[2];
  void *data = nullptr;
  if (napi_get_cb_info(env, info, &count, argument, nullptr, &data) != napi_ok)
    return Undefined(env);
  auto *resolver = static_cast<Resolver *>(data);
  if (count > 2) return CallInFull(env, info, resolver);
  if (count == 1) return Quickly(env, resolver, nullptr, argument[0]);
  Text peer;
  if (!peer.Read(env, argument[0])) return Undefined(env);
  return Quickly(env, resolver, &peer, argument[1]);
}

void Free(napi_env env, Resolver *resolver) {
  int64_t total;
  (void)napi_adjust_external_memory(
      env, -static_cast<int64_t>(pa_policy_size(&resolver->policy)), &total);
  if (resolver->shared != nullptr)
    (void)napi_delete_reference(env, resolver->shared);
  pa_policy_dispose(&resolver->policy);
  std::free(resolver);
}

void Release(napi_env env, void *data, void *) {
  Free(env, static_cast<Resolver *>(data));
}

napi_value MakeFunction(napi_env env, Resolver *resolver, napi_value shared) {
  napi_value function = nullptr;
  int64_t total;
  (void)napi_adjust_external_memory(
      env, static_cast<int64_t>(pa_policy_size(&resolver->policy)), &total);
  if (napi_create_reference(env, shared, 1, &resolver->shared) != napi_ok ||
      napi_create_function(env, "strict", NAPI_AUTO_LENGTH, Call, resolver,
                           &function) != napi_ok ||
      napi_add_finalizer(env, function, resolver, Release, nullptr, nullptr) !=
          napi_ok) {
    bool pending = false;
    napi_value thrown;
    if (napi_is_exception_pending(env, &pending) == napi_ok && pending)
      (void)napi_get_and_clear_last_exception(env, &thrown);
    Free(env, resolver);
    return Undefined(env);
  }
  return function;
}

// createStrict(config, text, lengths, shared)
Napi::Value CreateStrict(const Napi::CallbackInfo &info) {
  Napi::Env env = info.Env();
  Entries entries;
  size_t words = 0, room = 0;
  const uint32_t *config = ReadWords(env, info[0], &words);
  uint32_t *shared = ReadWords(env, info[3], &room);
  if (config == nullptr || shared == nullptr ||
      !entries.Read(env, info[1], info[2]))
    return env.Undefined();
  auto *resolver = static_cast<Resolver *>(std::malloc(sizeof(Resolver)));
  if (resolver == nullptr) return env.Undefined();
  pa_error error =
      pa_policy_compile(config, words, entries.list(), &resolver->policy);
  if (error == PA_OK &&
      room < pa_crossing_words(resolver->policy.most_entries)) {
    pa_policy_dispose(&resolver->policy);
    error = PA_ERR_RANGE;
  }
  if (error != PA_OK) {
    std::free(resolver);
    return error == PA_ERR_MEMORY ? env.Undefined()
                                  : Napi::Number::New(env, error);
  }
  resolver->words = shared;
  resolver->shared = nullptr;
  return Napi::Value(env, MakeFunction(env, resolver, info[3]));
}

} // namespace

void AddStrict(Napi::Env env, Napi::Object exports) {
  exports.Set("createStrict",
              Napi::Function::New<CreateStrict>(env, "createStrict"));
  exports.Set("strictWords", Napi::Number::New(env, static_cast<double>(
                                                        pa_crossing_words(0))));
}
