{
  "targets": [
    {
      "target_name": "floor",
      "sources": [ "floor.cc" ],
      "include_dirs": [
        "<!(node -p \"require('node-addon-api').include_dir\")"
      ],
      "defines": [
        "NAPI_DISABLE_CPP_EXCEPTIONS",
        "NAPI_VERSION=8",
        "NODE_ADDON_API_DISABLE_DEPRECATED"
      ],
      # As the addon is built, so that what differs is what it does.
      "cflags": [
        "-Wall", "-Wextra", "-Wpedantic", "-fvisibility=hidden",
        "-fstack-protector-strong"
      ]
    }
  ]
}
