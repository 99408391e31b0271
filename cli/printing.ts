// What becomes of a command whose words cannot be written: whoever reads has enough, or the disk is full.

import { exitCodes } from '@podpipe/runtime/errors.ts'

/** Something could not be written. The message is a whole sentence; the command ends with exit code 1. */
export class WriteFailure extends Error {
  override readonly name = 'WriteFailure'

  constructor(message: string, cause: unknown) {
    super(message, { cause })
  }
}

/** What went wrong with a target, and what to do. */
export function writeFault(target: string, { code, message }: NodeJS.ErrnoException): string {
  switch (code) {
    case 'ENOSPC':
    case 'EDQUOT':
      return `${target} takes no more: the disk is full. Make room there, or write to another place, and run this again.`
    case 'ENOENT':
      return `${target} cannot be made: its folder does not exist. Make the folder, or name another file.`
    case 'EACCES':
    case 'EPERM':
    case 'EROFS':
      return `${target} cannot be written to (${code}). Name a file that this user may write.`
    default:
      return `${target} cannot be written to: ${code ?? message}. Write to another place, and run this again.`
  }
}

/**
 * Ends the process when nobody takes what it prints. A reader that has enough, as `head` does, is no fault; a full disk
 * is one. What listens on the way out, such as a broker of this command, is still called.
 */
export function endWithOutput(): void {
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(process.exitCode ?? exitCodes.ok)
    process.stderr.write(`podpipe: ${writeFault('The standard output', error)}\n`)
    process.exit(exitCodes.failed)
  })
  // Nobody is left to be told.
  process.stderr.on('error', () => undefined)
}
