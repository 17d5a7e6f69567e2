{
  "targets": [
    {
      "target_name": "failing",
      "sources": [
        "failing.cc",
        "../../../src/node/logs.cc",
        "../../../src/node/strict.cc",
        "<!@(node -p \"require('fs').readdirSync('../../../src/core', { recursive: true }).filter((name) => name.endsWith('.c')).map((name) => '../../../src/core/' + name).join(' ')\")"
      ],
      "dependencies": [
        "<!(node -p \"require('node-addon-api').targets\"):node_addon_api"
      ],
      "defines": [
        "NAPI_VERSION=8",
        "NODE_ADDON_API_DISABLE_DEPRECATED",
        "NODE_API_SWALLOW_UNTHROWABLE_EXCEPTIONS"
      ],
      "cflags": [ "-Wall", "-Wextra", "-fvisibility=hidden" ],
      "cflags_c": [ "-std=c11" ],
      "ldflags": [
        "-Wl,--wrap=malloc,--wrap=calloc,--wrap=realloc,--wrap=free",
        "-Wl,--wrap=napi_create_function,--wrap=napi_add_finalizer,--wrap=napi_adjust_external_memory"
      ]
    }
  ]
}
