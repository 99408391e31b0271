// Answers that stay open, such as the live picture: they end when the right to them does.

import type { Person } from './rights.ts'

export interface Stays {
  /**
   * Calls back once, when the one who asks has to be asked again.
   * @returns what ends the waiting, for when the answer ends by itself
   */
  follow(person: Person | undefined, end: () => void): () => void
  /** A session was ended by hand. */
  endSession(id: string): void
  /** Who may do what has changed. */
  endAll(): void
}

// What the console is not told of, such as a proxy that signs somebody out, is noticed after so long.
const longestMs = 300_000

export function createStays(now: () => number = Date.now): Stays {
  const stays = new Map<() => void, string | undefined>()
  return {
    follow(person, end) {
      const { session } = person ?? {}
      const leave = (): void => {
        clearTimeout(timer)
        stays.delete(finish)
      }
      const finish = (): void => {
        leave()
        end()
      }
      const timer = setTimeout(
        finish,
        Math.min(longestMs, Math.max(0, (session?.endsAt ?? Infinity) - now())),
      )
      timer.unref()
      stays.set(finish, session?.id)
      return leave
    },
    endSession(id) {
      for (const [finish, session] of [...stays]) if (session === id) finish()
    },
    endAll() {
      for (const finish of [...stays.keys()]) finish()
    },
  }
}
