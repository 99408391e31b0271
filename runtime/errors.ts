// The two ways podpipe gives up: a person must change something (exit 78), or the run failed (exit 1).
// Everything else is retried where it happens or kills the process, and the offsets are read again.

/** Exit codes of every podpipe process; documented in docs/running.md. 78 is EX_CONFIG of sysexits.h. */
export const exitCodes = { ok: 0, failed: 1, configuration: 78 } as const

/**
 * Something a person must put right before podpipe can run: a flag, a file, a certificate, a port, Java.
 * The message is one or more whole sentences: what is wrong, where, why, and what to do. It is printed
 * without a stack trace and the process ends with exit code 78; a restart cannot help.
 */
export class ConfigurationError extends Error {
  override readonly name = 'ConfigurationError'
}

/** The text of anything that was thrown, fit for a log line or the end of a message. */
export function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  return error.message || ('code' in error ? String(error.code) : error.name)
}

/** Whether something holds for an error or for any of its causes: libraries wrap what happened. */
export function hasCause(error: unknown, holds: (each: Error) => boolean): boolean {
  for (let each = error; each instanceof Error; each = each.cause) if (holds(each)) return true
  return false
}
