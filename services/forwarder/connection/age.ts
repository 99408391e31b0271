// When a connection is old enough for our end, or the peer's acknowledgements, to mean anything.
//
// A peer may refuse us in order right after the handshake: close_notify and FIN, our events unread. In TLS 1.3 that
// takes a flight to reach us, and a short stretch could have been half-closed meanwhile, so that the refusal would
// pass for an answer. Twice the time of the handshake is more than such a flight: then it finds us still open.
//
// What remains is a peer that ends in order by itself, later, just while our close_notify is on its way. If it closes
// with bytes of ours unread, its kernel sends RST in place of FIN; if they come after its FIN, they are lost. Stretches
// last seconds, and Devo ends connections that are idle or an hour old, so they are hardly ever the ones it ends.

export class Age {
  /** On the monotonic clock: when TCP was asked to connect. */
  readonly #startedAt = performance.now()
  #notBefore = 0
  readonly #timers = new Set<NodeJS.Timeout>()
  #isOver = false

  /** The handshake is done. Without one, as on plain TCP, a connection is old enough at once. */
  shookHands(): void {
    const now = performance.now()
    this.#notBefore = now + 2 * (now - this.#startedAt)
  }

  /**
   * What has arrived meanwhile is read first: on a busy machine this goes on long after its time, and the peer's end may lie in
   * the socket by then. Never resolves once `forget` has been called.
   */
  untilOldEnough(): Promise<void> {
    return new Promise(resolve => {
      // Timers run before sockets are read, and immediates behind it.
      const readFirst = (): void => void setImmediate(() => this.#isOver || resolve())
      const left = this.#notBefore - performance.now()
      if (left <= 0) readFirst()
      else {
        const timer = setTimeout(() => {
          this.#timers.delete(timer)
          readFirst()
        }, left)
        this.#timers.add(timer)
      }
    })
  }

  /** The connection is over: its age is of no account any more. */
  forget(): void {
    this.#isOver = true
    for (const timer of this.#timers) clearTimeout(timer)
    this.#timers.clear()
  }
}
