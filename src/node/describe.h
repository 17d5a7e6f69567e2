/*
 * describe: the Node-API door to what explanations need. The interface is
 * described in lib/engine/index.js.
 */
#ifndef PA_DESCRIBE_EXPORTS_H
#define PA_DESCRIBE_EXPORTS_H

#include <napi.h>

/** Adds describeAddress(), describeEntry() and findEntry(). */
void AddDescriptions(Napi::Env env, Napi::Object exports);

#endif
