'use strict'

/*
 * Everything the binaries may import. Each addition is one more thing that a
 * machine must have to load them.
 */

/** All from version 8 or below, which every Node since 12.22 provides. */
const NODE_API = [
  'napi_add_finalizer',
  'napi_adjust_external_memory',
  'napi_async_destroy',
  'napi_call_function',
  'napi_close_callback_scope',
  'napi_close_escapable_handle_scope',
  'napi_close_handle_scope',
  'napi_create_arraybuffer',
  'napi_create_double',
  'napi_create_error',
  'napi_create_function',
  'napi_create_int32',
  'napi_create_int64',
  'napi_create_object',
  'napi_create_reference',
  'napi_create_string_utf8',
  'napi_create_type_error',
  'napi_create_typedarray',
  'napi_define_properties',
  'napi_delete_reference',
  'napi_escape_handle',
  'napi_fatal_error',
  'napi_get_and_clear_last_exception',
  'napi_get_boolean',
  'napi_get_cb_info',
  'napi_get_last_error_info',
  'napi_get_null',
  'napi_get_property',
  'napi_get_reference_value',
  'napi_get_typedarray_info',
  'napi_get_undefined',
  'napi_get_value_string_utf16',
  'napi_get_value_uint32',
  'napi_has_property',
  'napi_is_exception_pending',
  'napi_open_escapable_handle_scope',
  'napi_open_handle_scope',
  'napi_set_instance_data',
  'napi_set_named_property',
  'napi_throw',
  'napi_typeof'
]

/** Functions that every libc has, musl included. */
const LIBC = ['calloc', 'free', 'malloc', 'memcmp', 'memcpy', 'memmove', 'memset', 'realloc', 'strlen']

/** On x64 only: on arm64 it would add glibc's loader to the libraries. */
const STACK_PROTECTOR = '__stack_chk_fail'

/** From the toolchain, all weak: the binary loads without them. */
const WEAK = ['_ITM_deregisterTMCloneTable', '_ITM_registerTMCloneTable', '__cxa_finalize',
  '__cxa_pure_virtual', '__gmon_start__']

/** The highest version of glibc's symbols: that of Debian 10 and RHEL 8. */
const GLIBC = '2.28'

/** The only library. musl's loader treats this name as its own. */
const LIBRARIES = ['libc.so.6']

/** Libraries that are part of Windows, each with the functions that may be imported. */
const DLLS = {
  'KERNEL32.dll': ['DeleteCriticalSection', 'EnterCriticalSection', 'FreeLibrary', 'GetLastError',
    'GetModuleHandleW', 'GetProcAddress', 'InitializeCriticalSection', 'LeaveCriticalSection',
    'LoadLibraryA', 'LocalAlloc', 'LocalFree', 'RaiseException', 'Sleep', 'TlsGetValue',
    'VirtualProtect', 'VirtualQuery'],
  // The C library that is part of Windows itself.
  'msvcrt.dll': ['__iob_func', '_amsg_exit', '_initterm', '_lock', '_unlock', 'abort', 'calloc',
    'free', 'fwrite', 'malloc', 'memcmp', 'memcpy', 'memmove', 'memset', 'realloc', 'strlen',
    'strncmp', 'vfprintf']
}

/** Node looks these two up; nothing else may be exported. */
const EXPORTS = ['napi_register_module_v1', 'node_api_module_get_api_version_v1']

module.exports = {
  DLLS, EXPORTS, GLIBC, LIBC, LIBRARIES, NODE_API, STACK_PROTECTOR, WEAK
}
