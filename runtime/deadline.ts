// An end to waiting for somebody who may never answer.

/** The time is up; what was waited for may still happen. */
export class DeadlineError extends Error {
  override readonly name = 'DeadlineError'
}

/**
 * Waits for a promise, but not for ever. The work behind it is not stopped: use this only where its late
 * success does no harm.
 * @param ms milliseconds
 * @throws DeadlineError when the time is up
 */
export async function within<Value>(ms: number, what: string, work: Promise<Value>): Promise<Value> {
  const late = Promise.withResolvers<never>()
  const timer = setTimeout(
    () => late.reject(new DeadlineError(`${what} has not answered within ${ms / 1000} s.`)),
    ms,
  )
  try {
    return await Promise.race([work, late.promise])
  } finally {
    clearTimeout(timer)
    // Whatever comes of the work now, nobody listens any more.
    work.catch(() => undefined)
  }
}
