// What a test started ends in reverse: a service before its broker, a broker before its folder.

import type { TestContext } from 'node:test'

type Ending = () => unknown

const endings = new WeakMap<TestContext, Ending[]>()

/**
 * Calls a function when the test has ended, whatever came of it; the last one first. One that fails holds back
 * none of the others, as a hook of the test runner would.
 */
export function atEnd(t: TestContext, ending: Ending): void {
  const known = endings.get(t)
  if (known !== undefined) {
    known.push(ending)
    return
  }
  const all = [ending]
  endings.set(t, all)
  t.after(async () => {
    const failures: unknown[] = []
    for (const each of all.reverse()) {
      try {
        await each()
      } catch (error) {
        failures.push(error)
      }
    }
    if (failures.length > 0)
      throw new AggregateError(failures, 'Not everything that the test started ended well.')
  })
}
