/* describe: conversion of arguments and results, as in addon.cc. */
#include "describe.h"

#include <cstdint>
#include <cstring>

#include "../core/why/describe.h"
#include "../core/why/entries.h"
#include "entries.h"
#include "text.h"

namespace {

using Describe = pa_fault(const pa_unit *, size_t, pa_description *);

// Copies a description into a Uint32Array that has room for it.
bool Write(napi_env env, napi_value facts, const pa_description &description) {
  napi_typedarray_type type = napi_int8_array;
  size_t length = 0;
  void *data = nullptr;
  if (napi_get_typedarray_info(env, facts, &type, &length, &data, nullptr,
                               nullptr) != napi_ok ||
      type != napi_uint32_array || length < PA_DESCRIPTION_WORDS)
    return false;
  std::memcpy(data, &description, sizeof description);
  return true;
}

template <Describe *describe>
Napi::Value DescribeText(const Napi::CallbackInfo &info) {
  Napi::Env env = info.Env();
  Text text;
  pa_description description;
  if (!text.Read(env, info[0])) return env.Undefined();
  pa_fault fault = describe(text.data(), text.size(), &description);
  if (!Write(env, info[1], description)) return env.Undefined();
  return Napi::Number::New(env, fault);
}

// findEntry(text, lengths, address)
Napi::Value FindEntry(const Napi::CallbackInfo &info) {
  Napi::Env env = info.Env();
  Entries entries;
  Text text;
  pa_address address;
  pa_match match;
  if (!ReadEntries(env, info[0], info[1], &entries) || !text.Read(env, info[2]))
    return env.Undefined();
  const pa_entries list = {entries.text.data(), entries.text.size(),
                           entries.length, entries.count};
  if (!pa_address_parse(text.data(), text.size(), &address) ||
      !pa_entries_find(&list, &address, &match))
    return Napi::Number::New(env, -1);
  return Napi::Number::New(
      env, static_cast<double>(match.entry * PA_SUBNETS_PER_ENTRY) +
               static_cast<double>(match.subnet));
}

} // namespace

void AddDescriptions(Napi::Env env, Napi::Object exports) {
  exports.Set("describeAddress",
              Napi::Function::New<DescribeText<pa_address_describe>>(
                  env, "describeAddress"));
  exports.Set("describeEntry",
              Napi::Function::New<DescribeText<pa_entry_describe>>(
                  env, "describeEntry"));
  exports.Set("findEntry", Napi::Function::New<FindEntry>(env, "findEntry"));
}
