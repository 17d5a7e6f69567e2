/* logs: converts arguments and results, as addon.cc does. */
#include <cstdint>
#include <cstdlib>

#include "../core/logs/log.h"
#include "values.h"

namespace {

constexpr size_t kArguments = 10;
constexpr size_t kRunArguments = 3;

// Reads a policy, which is undefined for a setting without one.
bool ReadPolicy(napi_env env, napi_value value, pa_log_source *source,
                size_t setting) {
  napi_valuetype kind;
  if (napi_typeof(env, value, &kind) != napi_ok) return false;
  return kind == napi_undefined ||
         ReadArray(env, value, napi_uint32_array, &source->policy[setting],
                   &source->policy_words[setting]);
}

// (input, output, numbers): handles a block.
napi_value Run(napi_env env, napi_callback_info info) {
  napi_value argument[kRunArguments];
  size_t count = kRunArguments;
  void *log = nullptr;
  pa_bytes in = {};
  const uint8_t *data = nullptr;
  uint8_t *out = nullptr;
  uint32_t *word = nullptr;
  size_t length = 0, room = 0, words = 0;
  if (napi_get_cb_info(env, info, &count, argument, nullptr, &log) != napi_ok ||
      count < kRunArguments ||
      !ReadArray(env, argument[0], napi_uint8_array, &data, &length) ||
      !ReadArray(env, argument[1], napi_uint8_array, &out, &room) ||
      !ReadArray(env, argument[2], napi_uint32_array, &word, &words) ||
      words < PA_BLOCK_WORDS || length > UINT32_MAX || room > UINT32_MAX)
    return Undefined(env);
  in.at = data;
  in.end = data + length;
  pa_log_run(static_cast<pa_log *>(log), in, out, room, word);
  return Number(env, 0);
}

void Free(napi_env env, void *data, void *) {
  auto *log = static_cast<pa_log *>(data);
  ReportMemory(env, -static_cast<int64_t>(pa_log_memory(log)));
  pa_log_dispose(log);
  std::free(log);
}

napi_value MakeFunction(napi_env env, pa_log *log) {
  napi_value function = nullptr;
  ReportMemory(env, static_cast<int64_t>(pa_log_memory(log)));
  if (napi_create_function(env, "run", NAPI_AUTO_LENGTH, Run, log, &function) ==
          napi_ok &&
      napi_add_finalizer(env, function, log, Free, nullptr, nullptr) == napi_ok)
    return function;
  Free(env, log, nullptr);
  // Returning undefined reports the failure; an exception would reach the
  // caller.
  Napi::Env caller(env);
  if (caller.IsExceptionPending()) caller.GetAndClearPendingException();
  return Undefined(env);
}

// createLog(config, keys, text, lengths, policy, text, lengths, policy, text,
// lengths)
napi_value CreateLog(napi_env env, napi_callback_info info) {
  napi_value argument[kArguments];
  size_t count = kArguments;
  pa_log_source source = {};
  Entries list[3];
  if (napi_get_cb_info(env, info, &count, argument, nullptr, nullptr) !=
          napi_ok ||
      count < kArguments ||
      !ReadArray(env, argument[0], napi_uint32_array, &source.word,
                 &source.words) ||
      !ReadArray(env, argument[1], napi_uint8_array, &source.keys,
                 &source.keys_length))
    return Undefined(env);
  for (size_t i = 0; i < 3; i++) {
    if (!list[i].Read(env, argument[2 + 3 * i], argument[3 + 3 * i]) ||
        (i < 2 && !ReadPolicy(env, argument[4 + 3 * i], &source, i)))
      return Undefined(env);
    source.list[i] = *list[i].list();
  }
  size_t size = pa_log_size(&source);
  if (size == 0) return Number(env, PA_ERR_RANGE);
  auto *log = static_cast<pa_log *>(std::calloc(1, size));
  if (log == nullptr) return Undefined(env);
  pa_error error = pa_log_make(&source, log);
  if (error == PA_OK) return MakeFunction(env, log);
  std::free(log);
  return error == PA_ERR_MEMORY ? Undefined(env) : Number(env, error);
}

} // namespace

void AddLogs(napi_env env, napi_value exports) {
  ExportFunction(env, exports, "createLog", CreateLog, nullptr);
}
