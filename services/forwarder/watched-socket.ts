// A byte pipe between a TCP socket and the TLS layer above it that sees the end as it came over the wire, and counts
// what the kernel has taken. Plain TCP connections use it for the count alone.
// Node reports a TLS stream as ended both for a close_notify and for a bare FIN. Here the two are kept apart:
// the FIN is never passed up, so that the TLS layer can only end by a close_notify that it has decrypted.

import type { Socket } from 'node:net'
import { Duplex } from 'node:stream'
import { RecordWatcher } from './closing.ts'

/** The pipe and what it saw. The raw socket stays the caller's to destroy. */
export interface WatchedSocket {
  /** To be given to `tls.connect({ socket })`. */
  readonly stream: Duplex
  /** Bytes that the kernel has taken so far. */
  taken(): number
  /** To be called when all data is written and right before the TLS layer is ended: the next alert that leaves is our close_notify. */
  expectCloseNotify(protocol: string | null): void
  /** True once our close_notify has been handed to the kernel. */
  closeNotifySent(): boolean
  /** True if the last record that arrived is whole, has the form of an alert and began after our close_notify had left. */
  lastRecordAnswers(protocol: string | null): boolean
}

/**
 * Puts the pipe on a connected socket that was made with `allowHalfOpen`.
 * @param onProgress called each time the kernel has taken bytes or our FIN
 */
export function watchSocket(raw: Socket, onProgress: () => void): WatchedSocket {
  const arrived = new RecordWatcher()
  let expected: { readonly protocol: string | null } | undefined
  let arrivedBeforeNotify: number | undefined
  let taken = 0

  /**
   * The kernel has taken a chunk. This runs before the next byte of the peer is read, so a record that is counted
   * later arrived after it. The answer is measured from our close_notify and not from our FIN, which leaves a turn
   * later: OpenSSL answers the one before it has seen the other.
   */
  function onTaken(chunk: Buffer): void {
    taken += chunk.length
    onProgress()
    if (expected === undefined || arrivedBeforeNotify !== undefined) return
    const left = new RecordWatcher()
    left.push(chunk)
    if (left.endsInAlert(expected.protocol)) arrivedBeforeNotify = arrived.count
  }

  const stream = new Duplex({
    allowHalfOpen: true,
    read() {
      raw.resume()
    },
    write(chunk: Buffer, _encoding, done) {
      raw.write(chunk, error => {
        if (!error) onTaken(chunk)
        done(error)
      })
    },
    // The TLS layer hands over some ten records at a time; corked, they leave in one system call, and the last of them
    // is done when all are.
    writev(parts, done) {
      raw.cork()
      const last = parts.length - 1
      for (let at = 0; at < last; at++) raw.write(parts[at]?.chunk)
      raw.write(parts[last]?.chunk, error => {
        if (!error) for (const { chunk } of parts) onTaken(chunk)
        done(error)
      })
      raw.uncork()
    },
    final(done) {
      raw.once('finish', () => {
        onProgress()
        done()
      })
      raw.end()
    },
    // The TLS layer destroys this pipe once both directions have ended, and by a close_notify that is before the
    // peer's FIN or RST has been read. The raw socket must live on and be read until then.
    destroy(_error, done) {
      raw.resume()
      done(null)
    },
  })

  raw.on('data', (chunk: Buffer) => {
    arrived.push(chunk)
    if (!stream.destroyed && !stream.push(chunk)) raw.pause()
  })
  return {
    stream,
    taken: () => taken,
    expectCloseNotify: protocol => {
      expected = { protocol }
    },
    closeNotifySent: () => arrivedBeforeNotify !== undefined,
    lastRecordAnswers: protocol =>
      arrivedBeforeNotify !== undefined &&
      arrived.count > arrivedBeforeNotify &&
      arrived.endsInAlert(protocol),
  }
}
