/*
 * The addon as it is, with an allocator that fails on request. The linker sends
 * every allocation of the addon and the core here; those of Node and V8 are
 * unaffected.
 */

// The addon's own entry point becomes a function that is called below.
#define napi_register_module_v1 RegisterAddon
#include "../../../src/node/addon.cc"
#undef napi_register_module_v1

extern "C" {
void *__real_malloc(size_t size);
void *__real_calloc(size_t count, size_t size);
void *__real_realloc(void *block, size_t size);
void __real_free(void *block);
}

namespace {

// The n-th request from now on fails, and those after it too if `for_good`.
struct Plan {
  int64_t until_failure = 0;
  bool for_good = false;
  bool failed = false;
  int64_t blocks = 0;
};

Plan plan;

bool MustFail() {
  if (plan.failed && plan.for_good) return true;
  if (plan.until_failure == 0 || --plan.until_failure > 0) return false;
  plan.failed = true;
  return true;
}

void *Counted(void *block) {
  if (block != nullptr) plan.blocks++;
  return block;
}

// failAt(n, forGood): 0 for no failure.
Napi::Value FailAt(const Napi::CallbackInfo &info) {
  plan.until_failure = info[0].As<Napi::Number>().Int64Value();
  plan.for_good = info[1].As<Napi::Boolean>().Value();
  plan.failed = false;
  return info.Env().Undefined();
}

// Whether the planned failure has happened.
Napi::Value Failed(const Napi::CallbackInfo &info) {
  return Napi::Boolean::New(info.Env(), plan.failed);
}

// The number of blocks that are not freed.
Napi::Value Blocks(const Napi::CallbackInfo &info) {
  return Napi::Number::New(info.Env(), static_cast<double>(plan.blocks));
}

Napi::Object InitFailing(Napi::Env env, Napi::Object exports) {
  exports.Set("failAt", Napi::Function::New<FailAt>(env));
  exports.Set("failed", Napi::Function::New<Failed>(env));
  exports.Set("blocks", Napi::Function::New<Blocks>(env));
  return exports;
}

} // namespace

extern "C" {

void *__wrap_malloc(size_t size) {
  return MustFail() ? nullptr : Counted(__real_malloc(size));
}

void *__wrap_calloc(size_t count, size_t size) {
  return MustFail() ? nullptr : Counted(__real_calloc(count, size));
}

void *__wrap_realloc(void *block, size_t size) {
  if (block == nullptr) return __wrap_malloc(size);
  return MustFail() ? nullptr : __real_realloc(block, size);
}

void __wrap_free(void *block) {
  if (block != nullptr) plan.blocks--;
  __real_free(block);
}
}

// The expansion of NODE_API_MODULE(), which may occur only once.
extern "C" NAPI_MODULE_EXPORT napi_value
napi_register_module_v1(napi_env env, napi_value exports) {
  RegisterAddon(env, exports);
  return Napi::RegisterModule(env, exports, InitFailing);
}
