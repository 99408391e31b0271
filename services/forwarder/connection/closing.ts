// How a connection ended, decided from what was seen on it. Pure: bytes and facts in, one word out.
// This is the ground on which offsets are committed, so every doubt counts against `clean`.

/**
 * `clean`: the peer answered our half-close with a close_notify and then ended, hence it read everything before it.
 * `fin`: on plain TCP, it ended after our half-close; `bare_fin`: under TLS, it ended without a close_notify. A dying
 * process sends a FIN too, so both prove something only together with the acknowledgements (evidence.ts).
 * `reset`, `timeout`, `error`: it did not end in order at all.
 */
export type Ending = 'clean' | 'fin' | 'bare_fin' | 'reset' | 'timeout' | 'error'

/** What `endingOf` needs to know about a connection that is over. */
export interface EndingFacts {
  /** The connection speaks TLS. */
  readonly secure: boolean
  /** We had half-closed before. */
  readonly halfClosed: boolean
  /** The code of the first error, if any; `''` for an error without a code. */
  readonly error: string | undefined
  /** We gave up waiting. */
  readonly timedOut: boolean
  /** The peer's FIN was read: nothing follows and nothing was reset. */
  readonly eof: boolean
  /** The TLS layer has decrypted a close_notify. */
  readonly closeNotify: boolean
  /** The last record on the wire was whole, looked like an alert, and began after our close_notify had left. */
  readonly lastRecordAnswers: boolean
}

const resetCodes: ReadonlySet<string> = new Set(['ECONNRESET', 'EPIPE', 'ECONNABORTED'])

/**
 * The ending of a connection. A close_notify that came before our own half-close is an `error`:
 * the peer left on its own account and may not have read what was still under way.
 */
export function endingOf(facts: EndingFacts): Ending {
  if (facts.timedOut) return 'timeout'
  if (facts.error !== undefined) return resetCodes.has(facts.error) ? 'reset' : 'error'
  if (!facts.eof) return 'error'
  if (!facts.secure) return facts.halfClosed ? 'fin' : 'error'
  if (!facts.closeNotify) return 'bare_fin'
  return facts.lastRecordAnswers ? 'clean' : 'error'
}

const headerBytes = 5
const alertType = 21
const encryptedType = 23
/** One alert (2 bytes), its inner type (1) and the tag of every cipher that is on by default (16). RFC 8446, 5.2. */
const encryptedAlertBytes = 2 + 1 + 16

/**
 * Reads TLS record headers (RFC 8446, 5.1: type 1 byte, version 2, length 2) out of the bytes that arrive
 * and skips the bodies. It decrypts nothing; cost is a few operations a record.
 */
export class RecordWatcher {
  /** Records whose header has been read. */
  count = 0
  #type = 0
  #length = 0
  #header = 0
  #body = 0

  push(chunk: Uint8Array): void {
    let at = 0
    while (at < chunk.length) {
      if (this.#body > 0) {
        const skipped = Math.min(this.#body, chunk.length - at)
        this.#body -= skipped
        at += skipped
      } else {
        this.#readHeaderByte(chunk[at] ?? 0)
        at += 1
      }
    }
  }

  /**
   * True if the last record is complete and has the form of an alert: the alert type itself (TLS 1.2), or in
   * TLS 1.3, where the type is encrypted, a record of an alert's exact size. Two bytes of application data
   * have that size too. They are told apart by the second witness, `EndingFacts.closeNotify`: for data the TLS
   * layer reports data and no end. An alert padded by the peer is not recognised, which costs a repeat, not an event.
   */
  endsInAlert(protocol: string | null): boolean {
    if (this.count === 0 || this.#header > 0 || this.#body > 0) return false
    if (this.#type === alertType) return true
    return protocol === 'TLSv1.3' && this.#type === encryptedType && this.#length === encryptedAlertBytes
  }

  /** Headers may be split over chunks at any byte, so they are read one byte at a time. */
  #readHeaderByte(byte: number): void {
    if (this.#header === 0) {
      this.#type = byte
      this.#length = 0
    } else if (this.#header >= 3) this.#length = this.#length * 256 + byte
    this.#header += 1
    if (this.#header < headerBytes) return
    this.#header = 0
    this.#body = this.#length
    this.count += 1
  }
}
