// Files that are exchanged while they are in use: looked at again and again, put to use when they have changed and are
// good. The configuration and the certificates of an output are watched by this.

import { readSmallFile } from './config/reading/file-text.ts'
import { ConfigurationError, reasonOf } from './errors.ts'

export interface WatchedFiles {
  /** Looks whether a file has changed; the caller keeps the time. */
  look(): void
  /** Reads now, changed or not, since somebody waits for an answer. */
  reload(): void
  /** Why the files as they are now are not in use. */
  readonly problem: string | undefined
}

/**
 * Compares the files by content, so that a write in place, a rename and a new symbolic link are all the same. The first
 * look always reads: the files may have changed between the caller's own reading and this.
 * @param options.read reads the files and what hangs on them; throws ConfigurationError
 * @param options.use is given what is good; it may be what is in use already
 * @param options.tellProblem is told once of what is wrong, when it was seen twice: files are exchanged one by one, and
 * one may be half written. Who asks is told each time
 * @param options.tellGood follows a problem that was told
 */
export function watchFiles<Found>(options: {
  readonly files: readonly string[]
  readonly read: () => Found
  readonly use: (found: Found, isAsked: boolean) => void
  readonly tellProblem: (reason: string) => void
  readonly tellGood: () => void
}): WatchedFiles {
  const { files, read, use, tellProblem, tellGood } = options
  let bytes: string | undefined
  let problem: string | undefined
  let told: string | undefined

  function readAgain(isAsked: boolean): void {
    let found: Found
    try {
      found = read()
    } catch (error) {
      if (!(error instanceof ConfigurationError)) throw error
      const reason = reasonOf(error)
      const isSettled = problem === reason
      problem = reason
      if (!isAsked && (!isSettled || told === reason)) return
      told = reason
      tellProblem(reason)
      return
    }
    if (told !== undefined) tellGood()
    problem = undefined
    told = undefined
    use(found, isAsked)
  }

  return {
    get problem() {
      return problem
    },
    look() {
      const content = files.map(contentOf).join('\0')
      // What was wrong may lie in a file that is named by one of these, and come right there.
      if (content === bytes && problem === undefined) return
      bytes = content
      readAgain(false)
    },
    reload: () => readAgain(true),
  }
}

/** One that cannot be read now, in the middle of an exchange say, stands for the reason. */
function contentOf(file: string): string {
  try {
    return readSmallFile(file, Number.MAX_SAFE_INTEGER).toString('latin1')
  } catch (error) {
    return reasonOf(error)
  }
}
