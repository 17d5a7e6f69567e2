/* strict: converts arguments and results, as addon.cc does. */
#include <cstdint>
#include <cstdlib>
#include <new>

#include "../core/strict/crossing.h"
#include "handles.h"
#include "values.h"

namespace {

void FreePolicy(pa_policy *policy) {
  pa_policy_dispose(policy);
  std::free(policy);
}

using Policies = Handles<pa_policy, FreePolicy>;

bool IsString(napi_env env, napi_value value) {
  napi_valuetype kind;
  return napi_typeof(env, value, &kind) == napi_ok && kind == napi_string;
}

// Finds the client. If `peer` is null, it is known to be trusted.
napi_value FindClient(napi_env env, const pa_policy *policy, const Text *peer,
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
  return Number(env, pa_client_find(policy, &request));
}

// findStrict(policy, header), findStrict(policy, peer, header)
napi_value Find(napi_env env, napi_callback_info info) {
  napi_value argument[3];
  size_t count = 3;
  void *policies = nullptr;
  if (napi_get_cb_info(env, info, &count, argument, nullptr, &policies) !=
      napi_ok)
    return Undefined(env);
  const pa_policy *policy =
      static_cast<const Policies *>(policies)->Find(env, argument[0]);
  if (policy == nullptr) return Undefined(env);
  if (count < 3) return FindClient(env, policy, nullptr, argument[1]);
  Text peer;
  if (!peer.Read(env, argument[1])) return Undefined(env);
  return FindClient(env, policy, &peer, argument[2]);
}

bool ReadFrom(napi_env env, pa_walk *walk, const napi_value *value,
              size_t count) {
  for (uint32_t index; (index = pa_walk_next_from(walk)) != PA_NONE;) {
    Text text;
    if (index >= count || !text.Read(env, value[index])) return false;
    pa_walk_read_from(walk, text.data(), text.size());
  }
  return true;
}

// Walks with a peer, a header, and those of `from`; returns false if one of
// them cannot be read.
bool WalkTexts(napi_env env, const pa_policy *policy, uint32_t *words,
               const napi_value *text, size_t count) {
  Text peer, header;
  pa_request request = pa_request_read(words);
  if (IsString(env, text[0])) {
    if (!peer.Read(env, text[0])) return false;
    request.peer = peer.data();
    request.peer_length = peer.size();
  } else if (request.kind >= PA_PEER_SOCKET) {
    request.kind = PA_PEER_NONE;
  }
  if (IsString(env, text[1])) {
    if (!header.Read(env, text[1])) return false;
    request.header = header.data();
    request.header_length = header.size();
  }
  pa_walk walk = {};
  walk.policy = policy;
  walk.request = &request;
  walk.answer = reinterpret_cast<pa_answer *>(words + PA_REQUEST_WORDS);
  pa_walk_chain(&walk);
  return ReadFrom(env, &walk, text + 2, count - 2);
}

// walkStrict(policy, words, peer, header, from…)
napi_value WalkArguments(napi_env env, const Policies *policies,
                         const napi_value *argument, size_t count) {
  Numbers words;
  const pa_policy *policy = policies->Find(env, argument[0]);
  if (policy == nullptr ||
      !words.Read(env, argument[1], pa_crossing_words(policy->most_entries)) ||
      !WalkTexts(env, policy, words.data, argument + 2, count - 2))
    return Undefined(env);
  return Number(env, 0);
}

napi_value Walk(napi_env env, napi_callback_info info) {
  constexpr size_t kPlain = 4, kMost = kPlain + PA_FROM_HEADERS;
  napi_value plain[kPlain], all[kMost];
  size_t count = kPlain;
  void *data = nullptr;
  if (napi_get_cb_info(env, info, &count, plain, nullptr, &data) != napi_ok)
    return Undefined(env);
  const auto *policies = static_cast<const Policies *>(data);
  // The array for headers of `from` takes time to fill, and is rarely needed.
  if (count <= kPlain) return WalkArguments(env, policies, plain, kPlain);
  count = kMost;
  if (napi_get_cb_info(env, info, &count, all, nullptr, nullptr) != napi_ok)
    return Undefined(env);
  return WalkArguments(env, policies, all, count < kMost ? count : kMost);
}

// Returns the handle of a policy that is kept, or undefined.
napi_value Keep(napi_env env, Policies *policies, pa_policy *policy) {
  uint32_t handle = policies->Add(policy);
  if (handle == 0) {
    FreePolicy(policy);
    return Undefined(env);
  }
  ReportMemory(env, static_cast<int64_t>(pa_policy_size(policy)));
  return Number(env, handle);
}

// compileStrict(config, text, lengths)
napi_value Compile(napi_env env, napi_callback_info info) {
  napi_value argument[3];
  size_t count = 3;
  void *policies = nullptr;
  Numbers config;
  Entries entries;
  if (napi_get_cb_info(env, info, &count, argument, nullptr, &policies) !=
          napi_ok ||
      !config.Read(env, argument[0], 0) ||
      !entries.Read(env, argument[1], argument[2]))
    return Undefined(env);
  auto *policy = static_cast<pa_policy *>(std::malloc(sizeof(pa_policy)));
  if (policy == nullptr) return Undefined(env);
  pa_error error =
      pa_policy_compile(config.data, config.size, entries.list(), policy);
  if (error == PA_OK)
    return Keep(env, static_cast<Policies *>(policies), policy);
  std::free(policy);
  return error == PA_ERR_MEMORY ? Undefined(env) : Number(env, -error);
}

// releaseStrict(policy)
napi_value Release(napi_env env, napi_callback_info info) {
  napi_value argument[1];
  size_t count = 1;
  void *policies = nullptr;
  if (napi_get_cb_info(env, info, &count, argument, nullptr, &policies) !=
      napi_ok)
    return Undefined(env);
  pa_policy *policy = static_cast<Policies *>(policies)->Take(env, argument[0]);
  if (policy != nullptr) {
    ReportMemory(env, -static_cast<int64_t>(pa_policy_size(policy)));
    FreePolicy(policy);
  }
  return Undefined(env);
}

void FreePolicies(void *policies) {
  static_cast<Policies *>(policies)->~Policies();
  std::free(policies);
}

// The environment owns them. Returns nullptr if memory ran out.
Policies *MakePolicies(napi_env env) {
  void *memory = std::malloc(sizeof(Policies));
  if (memory == nullptr) return nullptr;
  auto *policies = new (memory) Policies;
  if (napi_add_env_cleanup_hook(env, FreePolicies, policies) == napi_ok)
    return policies;
  FreePolicies(policies);
  return nullptr;
}

} // namespace

void AddStrict(napi_env env, napi_value exports) {
  // Without these functions, the resolver throws an error that names them.
  Policies *policies = MakePolicies(env);
  if (policies == nullptr) return;
  ExportFunction(env, exports, "compileStrict", Compile, policies);
  ExportFunction(env, exports, "findStrict", Find, policies);
  ExportFunction(env, exports, "walkStrict", Walk, policies);
  ExportFunction(env, exports, "releaseStrict", Release, policies);
}
