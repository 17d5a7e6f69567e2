/* strict: the part of the addon that resolves strictly. */
#ifndef PA_STRICT_ADDON_H
#define PA_STRICT_ADDON_H

#include <napi.h>

/** Adds what lib/resolver/engine.js describes to the addon's exports. */
void AddStrict(napi_env env, napi_value exports);

#endif
