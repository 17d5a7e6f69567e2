{
  "targets": [
    {
      "target_name": "proxy_addr_native",
      "sources": [
        "src/node/addon.cc",
        "src/node/logs.cc",
        "src/node/strict.cc",
        "src/core/address.c",
        "src/core/boundaries.c",
        "src/core/ipv4.c",
        "src/core/ipv6.c",
        "src/core/logs/block.c",
        "src/core/logs/derive.c",
        "src/core/logs/escape.c",
        "src/core/logs/json.c",
        "src/core/logs/line.c",
        "src/core/logs/make.c",
        "src/core/logs/write.c",
        "src/core/proxy_addr.c",
        "src/core/resolve.c",
        "src/core/strict/answer.c",
        "src/core/strict/crossing.c",
        "src/core/strict/forwarded.c",
        "src/core/strict/from.c",
        "src/core/strict/node.c",
        "src/core/strict/walk.c",
        "src/core/subnet.c",
        "src/core/trust_set.c",
        "src/core/why/describe.c",
        "src/core/why/diagnose.c"
      ],
      "dependencies": [
        "<!(node -p \"require('node-addon-api').targets\"):node_addon_api"
      ],
      "defines": [
        "NAPI_VERSION=8",
        "NODE_ADDON_API_DISABLE_DEPRECATED",
        # Without it, an error in a worker that is being terminated would abort
        # the process.
        "NODE_API_SWALLOW_UNTHROWABLE_EXCEPTIONS"
      ],
      "cflags": [ "-Wall", "-Wextra", "-Wpedantic", "-fvisibility=hidden" ],
      "cflags_c": [ "-std=c11" ],
      "cflags_cc": [ "-fvisibility-inlines-hidden" ],
      "conditions": [
        [ "OS=='linux'", {
          # Read-only relocations; and no libstdc++, which nothing needs.
          "ldflags": [
            "-Wl,-z,relro,-z,now",
            "-Wl,--as-needed",
            "-Wl,--version-script=<(module_root_dir)/src/node/exports.map"
          ]
        } ],
        [ "OS=='linux' and target_arch=='x64'", {
          # Elsewhere it would add a dependency on glibc's loader.
          "cflags": [ "-fstack-protector-strong" ]
        } ],
        [ "OS=='mac'", {
          "xcode_settings": {
            "GCC_SYMBOLS_PRIVATE_EXTERN": "YES",
            "MACOSX_DEPLOYMENT_TARGET": "11.0"
          }
        } ]
      ]
    }
  ]
}
