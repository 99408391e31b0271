// Whether a service does its work now, and if not, why: one reason for each part that is not well. And what its parts
// tell of themselves when somebody looks.

export interface Readiness {
  /** Says what is wrong with a part; `undefined` when it is well again. */
  set(part: string, reason: string | undefined): void
  /** All reasons, as `part: reason`; empty when the service is ready. */
  reasons(): string[]
  /** Says who tells of a part; asked each time somebody looks. */
  describe(part: string, look: () => object): void
  /** What the parts tell, by their names. */
  descriptions(): Record<string, object>
}

/** @param part what has to be well first, with its reason until it is */
export function createReadiness(part: string, reason: string): Readiness {
  const wrong = new Map([[part, reason]])
  const looks = new Map<string, () => object>()
  return {
    set: (name, why) => void (why === undefined ? wrong.delete(name) : wrong.set(name, why)),
    reasons: () => [...wrong].map(([name, why]) => `${name}: ${why}`),
    describe: (name, look) => void looks.set(name, look),
    descriptions: () => Object.fromEntries([...looks].map(([name, look]) => [name, look()])),
  }
}
