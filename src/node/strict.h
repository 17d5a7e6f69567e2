/* strict: the parts of the addon that the drop-in does not use. */
#ifndef PA_STRICT_ADDON_H
#define PA_STRICT_ADDON_H

#include <napi.h>

/** Adds what lib/resolver/engine.js describes to the addon's exports. */
void AddStrict(napi_env env, napi_value exports);

/** Adds what lib/logs/engine.js describes. */
void AddLogs(napi_env env, napi_value exports);

#endif
