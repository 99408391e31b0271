// Who waits until an output has room. All are woken together, and each looks for itself whether there is enough.

export class Waiting {
  readonly #woken = new Set<() => void>()

  /** Resolves with the next `wake`, or when the signal fires. */
  async wait(stopping?: AbortSignal): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>()
    const wake = (): void => resolve()
    this.#woken.add(wake)
    stopping?.addEventListener('abort', wake)
    await promise
    stopping?.removeEventListener('abort', wake)
    this.#woken.delete(wake)
  }

  wake(): void {
    for (const wake of this.#woken) wake()
  }
}
