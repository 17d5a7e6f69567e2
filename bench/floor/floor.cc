/*
 * floor: the lowest possible cost of an answer from an addon. It reads the
 * strings as UTF-16, which loses nothing, onto the stack, and does nothing
 * else.
 *
 * It also returns what process.memoryUsage() omits: the memory that addons have
 * reported to V8.
 */
#include <napi.h>

#include <cstddef>

namespace {

constexpr size_t kUnits = 257;

// Returns the length of the text, so that reading it cannot be optimised away.
size_t Read(napi_env env, napi_value value) {
  char16_t units[kUnits];
  size_t length = 0;
  napi_get_value_string_utf16(env, value, units, kUnits, &length);
  return length;
}

Napi::Value Integer(Napi::Env env, size_t number) {
  napi_value value = nullptr;
  napi_create_int32(env, static_cast<int32_t>(number), &value);
  return Napi::Value(env, value);
}

// one(string)
Napi::Value One(const Napi::CallbackInfo &info) {
  return Integer(info.Env(), Read(info.Env(), info[0]));
}

// two(string, string)
Napi::Value Two(const Napi::CallbackInfo &info) {
  return Integer(info.Env(),
                 Read(info.Env(), info[0]) + Read(info.Env(), info[1]));
}

// external()
Napi::Value External(const Napi::CallbackInfo &info) {
  int64_t bytes = 0;
  napi_adjust_external_memory(info.Env(), 0, &bytes);
  return Napi::Number::New(info.Env(), static_cast<double>(bytes));
}

Napi::Object Init(Napi::Env env, Napi::Object exports) {
  exports.Set("one", Napi::Function::New<One>(env, "one"));
  exports.Set("two", Napi::Function::New<Two>(env, "two"));
  exports.Set("external", Napi::Function::New<External>(env, "external"));
  return exports;
}

} // namespace

NODE_API_MODULE(floor, Init)
