// `npm run build`: the page of the console, from its sources to files that any browser takes, compressed beforehand.

import { readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { brotliCompressSync, gzipSync } from 'node:zlib'
import { builtPage, isBuilt } from './page-files.ts'

const sources = fileURLToPath(new URL('./page', import.meta.url))

/** Whether the page has to be built: it never was, or a source is newer. */
export function needsBuild(): boolean {
  if (!isBuilt()) return true
  const builtAt = statSync(join(builtPage, 'index.html')).mtimeMs
  return filesBelow(sources).some(file => !file.startsWith(builtPage) && statSync(file).mtimeMs > builtAt)
}

/**
 * Builds it; takes a second or two. It is made beside the one that is there, and put in its place when it is whole: a console may be
 * serving that, and several who find it too old may build at once.
 */
export async function buildPage(): Promise<void> {
  const { build } = await import('vite')
  const made = `${builtPage}.${process.pid}`
  await build({ configFile: join(sources, 'vite.config.ts'), logLevel: 'warn', build: { outDir: made } })
  for (const file of filesBelow(made)) {
    const bytes = readFileSync(file)
    writeFileSync(`${file}.br`, brotliCompressSync(bytes))
    writeFileSync(`${file}.gz`, gzipSync(bytes))
  }
  rmSync(builtPage, { recursive: true, force: true })
  try {
    renameSync(made, builtPage)
  } catch (error) {
    // Somebody else was faster, from the same sources.
    rmSync(made, { recursive: true, force: true })
    if (!isBuilt()) throw error
  }
}

const filesBelow = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter(entry => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name))

if (import.meta.main) await buildPage()
