// Whether a service does its work now, and if not, why and what to do: one trouble for each part that is not well. And
// what its parts tell of themselves when somebody looks.

/** What is not well with a part, for whoever is on duty. */
export interface Trouble {
  /** What is to be seen of it. */
  readonly symptom: string
  /** What it means for the events. */
  readonly impact: string
  /** Why it is so, as far as is known. */
  readonly cause: string
  /** The first thing to do. */
  readonly action: string
  /** The part does its work all the same: somebody should look, and the service is ready. */
  readonly isWarning?: true
}

/** A trouble with its part, and since when it lasts. */
export interface TroubleOf extends Trouble {
  readonly part: string
  /** RFC 3339. */
  readonly since: string
}

export interface Readiness {
  /** Says what is wrong with a part; `undefined` when it is well again. */
  set(part: string, trouble: Trouble | undefined): void
  /** All troubles, the oldest first. */
  troubles(): TroubleOf[]
  /** Every part that was ever spoken of. */
  parts(): string[]
  /** Calls back when a part is not well any more, when its trouble becomes another one, and when it is well again. */
  onChange(listener: (part: string, trouble: Trouble | undefined) => void): void
  /** Says who tells of a part; asked each time somebody looks. */
  describe(part: string, look: () => object): void
  /** A part that is no more: neither its reason nor what it tells stands any longer. */
  forget(part: string): void
  /** What the parts tell, by their names. */
  descriptions(): Record<string, object>
}

/**
 * @param part what has to be well first, with its trouble until it is
 * @param now milliseconds since 1970
 */
export function createReadiness(part: string, trouble: Trouble, now: () => number = Date.now): Readiness {
  const wrong = new Map([[part, { trouble, since: now() }]])
  const named = new Set([part])
  const looks = new Map<string, () => object>()
  const listeners: ((part: string, trouble: Trouble | undefined) => void)[] = []
  const tell = (name: string, found: Trouble | undefined): void => {
    if (wrong.get(name)?.trouble.symptom === found?.symptom) return
    for (const listener of listeners) listener(name, found)
  }
  return {
    set(name, found) {
      named.add(name)
      tell(name, found)
      // What goes wrong in another way meanwhile is wrong since it began.
      if (found === undefined) wrong.delete(name)
      else wrong.set(name, { trouble: found, since: wrong.get(name)?.since ?? now() })
    },
    troubles: () =>
      [...wrong]
        .map(([name, { trouble: found, since }]) => ({
          part: name,
          since: new Date(since).toISOString(),
          ...found,
        }))
        .sort((a, b) => a.since.localeCompare(b.since)),
    parts: () => [...named],
    onChange: listener => void listeners.push(listener),
    describe: (name, look) => void looks.set(name, look),
    forget(name) {
      tell(name, undefined)
      wrong.delete(name)
      looks.delete(name)
    },
    descriptions: () => Object.fromEntries([...looks].map(([name, look]) => [name, look()])),
  }
}

/** Whether a service with these troubles does its work. */
export const isReady = (troubles: readonly Trouble[]): boolean =>
  troubles.every(({ isWarning = false }) => isWarning)

/** A trouble as one line. */
export const lineOf = ({ part, symptom, cause, action }: TroubleOf): string =>
  `${part}: ${symptom}: ${cause}. ${action}`
