/* Types that lib/ needs and no package provides. */

declare module '*.node' {
  const addon: any
  export = addon
}

declare module '*/wasm-binary' {
  const base64: string
  export = base64
}

declare namespace WebAssembly {
  class Module {
    constructor (bytes: Uint8Array)
  }
  class Instance {
    constructor (module: Module)
    exports: Record<string, any>
  }
  class RuntimeError extends Error {}
}
