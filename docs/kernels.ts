// Compiles the kernels, which are written in AssemblyScript: files that end in .as.ts, each with an entry that names the
// .wasm beside it.

import { relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { main } from 'assemblyscript/asc'

const root = fileURLToPath(new URL('..', import.meta.url))

export const kernels: readonly string[] = [
  '../schemas/kernel/sip-hash.wasm',
  '../services/dedup/seen/kernel/table.wasm',
]

/**
 * @param file the .wasm, as a path from this folder
 * @throws Error with what the compiler says
 */
export async function compile(file: string): Promise<Uint8Array> {
  const entry = relative(root, fileURLToPath(new URL(file.replace(/wasm$/, 'as.ts'), import.meta.url)))
  let compiled: Uint8Array | undefined
  const options = ['-O3', '--converge', '--runtime', 'stub', '--noAssert', '--enable', 'simd,bulk-memory']
  const { error, stderr } = await main([entry, '--baseDir', root, '--outFile', 'kernel.wasm', ...options], {
    writeFile: (_, contents) => {
      if (contents instanceof Uint8Array) compiled = contents
    },
  })
  const told = stderr.toString()
  if (error !== null || compiled === undefined || told !== '') throw new Error(`${entry}: ${told || error}`)
  return compiled
}
