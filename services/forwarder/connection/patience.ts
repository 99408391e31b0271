// How long a connection waits for its peer. One that is slow is left alone for as long as it goes on: the system tells
// of bytes that it takes only now and then, and of those that the peer takes behind our end not at all, so that the wait
// looks for itself how many are still to be acknowledged before it is over.

/** Two looks without progress are silence. */
const patientLooks = 2

export class Patience {
  readonly #left: () => Promise<number | undefined>
  readonly #onSilence: () => void
  #timer: NodeJS.Timeout | undefined
  #pauseMs = 0
  #before: number | undefined
  #still = 0
  /** Tells a look whose answer comes late that the wait it belongs to is over. */
  #wait = 0

  /**
   * @param left how many bytes the peer has not acknowledged; undefined where the system does not tell
   * @param onSilence called once a wait has ended without progress
   */
  constructor(left: () => Promise<number | undefined>, onSilence: () => void) {
    this.#left = left
    this.#onSilence = onSilence
  }

  /** Begins a wait; one that runs is over. Silence is at least so many milliseconds, and half as many more at most. */
  start(silenceMs: number): void {
    this.stop()
    this.#pauseMs = silenceMs / patientLooks
    this.#lookLater()
  }

  /** Progress was seen: a wait that runs begins anew. */
  refresh(): void {
    this.#begin()
    this.#timer?.refresh()
  }

  stop(): void {
    this.#begin()
    clearTimeout(this.#timer)
    this.#timer = undefined
  }

  #begin(): void {
    this.#wait += 1
    this.#still = 0
    this.#before = undefined
  }

  #lookLater(): void {
    this.#timer = setTimeout(() => void this.#look(), this.#pauseMs)
  }

  async #look(): Promise<void> {
    const wait = this.#wait
    const left = await this.#left()
    if (wait !== this.#wait) return
    const hasMoved = left !== undefined && this.#before !== undefined && left < this.#before
    this.#before = left
    this.#still = hasMoved ? 0 : this.#still + 1
    if (this.#still === patientLooks) this.#onSilence()
    else this.#lookLater()
  }
}
