// Small kernels in WebAssembly, for what JavaScript is slow at: they stand beside their sources and are compiled from
// them by `npm run docs`.

import { readFileSync } from 'node:fs'

/** The memory of an instance. `buffer` is another one after each growth, and what was seen of the old one is empty. */
export interface Memory {
  readonly buffer: ArrayBuffer
  /** @param pages of 64 KiB */
  grow(pages: number): number
}

// TypeScript only knows them as things of a browser.
declare const WebAssembly: {
  readonly Module: new (bytes: Uint8Array) => object
  readonly Instance: new (module: object) => { readonly exports: object }
}

/**
 * @param file where the compiled kernel lies
 * @returns what makes an instance of it, each with a memory of its own
 */
export function kernelIn<Exports extends object>(file: URL): () => Exports {
  const module = new WebAssembly.Module(readFileSync(file))
  return () => new WebAssembly.Instance(module).exports as Exports
}
