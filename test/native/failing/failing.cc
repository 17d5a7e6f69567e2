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
napi_status __real_napi_create_function(napi_env env, const char *name,
                                        size_t length, napi_callback callback,
                                        void *data, napi_value *function);
napi_status __real_napi_add_finalizer(napi_env env, napi_value object,
                                      void *data, napi_finalize finalizer,
                                      void *hint, napi_ref *reference);
napi_status __real_napi_adjust_external_memory(napi_env env, int64_t change,
                                               int64_t *total);
}

namespace {

// The n-th request for memory from now on fails; if `for_good`, so do all that
// follow it.
struct Plan {
  int64_t until_failure = 0;
  bool for_good = false;
  bool failed = false;
  int64_t blocks = 0;
};

Plan plan;

// How many calls of napi_create_function() and napi_add_finalizer() succeed; -1
// for all. The next one throws an exception.
int calls_until_exception = -1;

// How many bytes outside its heap were reported to the garbage collector.
int64_t reported = 0;

bool HasToThrow(napi_env env) {
  if (calls_until_exception < 0 || calls_until_exception-- > 0) return false;
  napi_throw_error(env, nullptr, "planned");
  return true;
}

// throwAt(n)
Napi::Value ThrowAt(const Napi::CallbackInfo &info) {
  calls_until_exception = info[0].As<Napi::Number>().Int32Value();
  return info.Env().Undefined();
}

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

// reported(): how many bytes are reported, because V8 does not reveal this.
Napi::Value Reported(const Napi::CallbackInfo &info) {
  return Napi::Number::New(info.Env(), static_cast<double>(reported));
}

// failed(): whether the planned failure has happened.
Napi::Value Failed(const Napi::CallbackInfo &info) {
  return Napi::Boolean::New(info.Env(), plan.failed);
}

// blocks(): the number of blocks that are not freed.
Napi::Value Blocks(const Napi::CallbackInfo &info) {
  return Napi::Number::New(info.Env(), static_cast<double>(plan.blocks));
}

Napi::Object InitFailing(Napi::Env env, Napi::Object exports) {
  exports.Set("failAt", Napi::Function::New<FailAt>(env));
  exports.Set("throwAt", Napi::Function::New<ThrowAt>(env));
  exports.Set("reported", Napi::Function::New<Reported>(env));
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

napi_status __wrap_napi_adjust_external_memory(napi_env env, int64_t change,
                                               int64_t *total) {
  reported += change;
  return __real_napi_adjust_external_memory(env, change, total);
}

napi_status __wrap_napi_create_function(napi_env env, const char *name,
                                        size_t length, napi_callback callback,
                                        void *data, napi_value *function) {
  if (HasToThrow(env)) return napi_pending_exception;
  return __real_napi_create_function(env, name, length, callback, data,
                                     function);
}

napi_status __wrap_napi_add_finalizer(napi_env env, napi_value object,
                                      void *data, napi_finalize finalizer,
                                      void *hint, napi_ref *reference) {
  if (HasToThrow(env)) return napi_pending_exception;
  return __real_napi_add_finalizer(env, object, data, finalizer, hint,
                                   reference);
}
}

// The expansion of NODE_API_MODULE(), which may occur only once.
extern "C" NAPI_MODULE_EXPORT napi_value
napi_register_module_v1(napi_env env, napi_value exports) {
  RegisterAddon(env, exports);
  return Napi::RegisterModule(env, exports, InitFailing);
}
