// A file that the configuration names: found where the vendor's layout has it, and read.
// Pure but for the file, which comes through a function of the caller.

import { isAbsolute, join } from 'node:path'
import { type Context, fault } from './context.ts'

/** Where files are looked for, and how they are read. */
export interface Places {
  /** The folder that holds certs/. */
  readonly directory: string
  /** The text of a file; throws what node:fs throws. */
  readonly readText: (path: string) => string
}

export interface Found {
  readonly path: string
  readonly text: string
}

/**
 * The file, or undefined; why is noted.
 * @param need who needs it, such as `TLS to Devo needs it`
 * @param wrongWith what is wrong with its text, or undefined
 */
export function findFile(
  name: string,
  here: Context,
  { directory, readText }: Places,
  need: string,
  wrongWith: (text: string) => string | undefined = () => undefined,
): Found | undefined {
  const candidates = isAbsolute(name)
    ? [name]
    : ['certs', 'credentials', '.'].map(folder => join(directory, folder, name))
  for (const path of candidates) {
    try {
      const text = readText(path)
      const wrong = wrongWith(text)
      if (wrong === undefined) return { path, text }
      fault(here, `the file ${path} ${wrong}`)
      return undefined
    } catch (error) {
      const code = (error as NodeJS.ErrnoException).code ?? String(error)
      if (code === 'ENOENT' || code === 'ENOTDIR') continue
      fault(here, `the file ${path} cannot be read: ${reasons[code] ?? code}`)
      return undefined
    }
  }
  fault(here, `there is no file ${candidates.join(' and no ')}; ${need}; put it there or correct the name`)
  return undefined
}

const reasons: Record<string, string> = {
  EACCES: 'podpipe has no right to read it; change its owner or its mode',
  EISDIR: 'it is a folder; name the file in it',
  NOT_A_FILE: 'it is a pipe, a socket or a device; name an ordinary file',
  TOO_LARGE: 'it is far larger than such a file ever is; correct the name',
}
