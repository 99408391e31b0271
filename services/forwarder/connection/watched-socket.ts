// A TCP socket that tells what the kernel has taken, and of a TLS connection how it ends on the wire.
//
// Node reports a TLS stream as ended both for a close_notify and for a bare FIN. Here the two are kept apart: from our
// own end on whatever the peer sends is read here, under the TLS layer, and handed up to it. The FIN is not, so that
// the layer can then end only by a close_notify that it has decrypted.
//
// Until then TLS and TCP are joined inside Node, without JavaScript between them: that halves the cost of writing.
// Node has no documented call for the change; it is done with two methods of its handles,
// `useUserBuffer` and `receive`, by which it begins to read into a given buffer, and starts TLS on bytes that were read
// already (net.js, _tls_wrap.js).

import { connect, type Socket } from 'node:net'
import type { TLSSocket } from 'node:tls'
import { unacknowledged } from '../evidence/unacknowledged.ts'
import { RecordWatcher } from './closing.ts'

/** What all sockets read into; whoever keeps bytes copies them. */
const shared = Buffer.allocUnsafeSlow(64 * 1024)
/** What is kept of a peer that goes on sending behind an alert: more than any alert, and nobody needs the rest. */
const mostHeld = 64 * 1024

interface TcpHandle {
  readonly bytesWritten: number
  readonly writeQueueSize: number
  useUserBuffer(buffer: Uint8Array): void
  /** 0, or the number of an error: the connection is no more. */
  getpeername(out: object): number
}

interface TlsHandle {
  receive(bytes: Uint8Array): void
}

/** Our end of the stream, and what was seen since. */
interface End {
  readonly secure: TLSSocket
  readonly protocol: string | null
  /** Bytes written before it. */
  readonly before: number
  readonly arrived: RecordWatcher
  /** Records that had begun to arrive before our close_notify had left; undefined while it has not. */
  arrivedBefore: number | undefined
  /** From the first record on that has the form of an alert, what arrived is kept for the end of the stream. */
  held: Buffer[]
  heldBytes: number
}

export class WatchedSocket {
  readonly raw: Socket
  #taken = 0
  #end: End | undefined

  /** Starts to connect. */
  constructor(host: string, port: number) {
    const callback = (length: number): boolean => {
      if (this.#end !== undefined) this.#take(this.#end, shared.subarray(0, length))
      return true
    }
    const onread = { buffer: shared, callback }
    this.raw = connect({ host, port, allowHalfOpen: true, noDelay: true, keepAlive: true, onread })
  }

  /** Bytes that the kernel has taken so far. */
  taken(): number {
    const handle = tcpHandleOf(this.raw)
    if (handle !== undefined) this.#taken = handle.bytesWritten - handle.writeQueueSize
    return this.#taken
  }

  /** Of these, how many the peer has not acknowledged; undefined where the system does not tell. */
  async unacknowledged(): Promise<number | undefined> {
    const { localPort, remoteAddress, remotePort } = this.raw
    if (localPort === undefined || remoteAddress === undefined || remotePort === undefined) return undefined
    return await unacknowledged({ localPort, remoteAddress, remotePort }).catch(() => undefined)
  }

  /**
   * Ends the TLS stream on this socket, and reads from there on what the peer sends. To be called when the kernel has
   * taken all that was written.
   * @param onReset called when the connection was reset before our close_notify had left
   */
  endStream(secure: TLSSocket, protocol: string | null, onReset: (error: Error) => void): void {
    const handle = tcpHandleOf(this.raw)
    const before = handle?.bytesWritten ?? 0
    const arrived = new RecordWatcher()
    this.#end = { secure, protocol, before, arrived, arrivedBefore: undefined, held: [], heldBytes: 0 }
    const watch = (): void => this.#watch(onReset)
    // Writes our close_notify at once, and the FIN a turn later.
    secure.end()
    // Where the kernel is full the layer has yet to learn that it has left, and so goes on reading until then.
    if (handle === undefined || handle.writeQueueSize === 0) watch()
    else secure.once('finish', watch)
  }

  /**
   * From here on nothing is written any more, so that a reset shows as the error of a read. One that came before has
   * failed the write of our close_notify, which the TLS layer does not tell, and the next read would be the end of the
   * stream as behind a FIN. But it has closed the connection.
   */
  #watch(onReset: (error: Error) => void): void {
    const handle = tcpHandleOf(this.raw)
    if (handle?.getpeername({}) === 0) handle.useUserBuffer(shared)
    else onReset(Object.assign(new Error('write ECONNRESET'), { code: 'ECONNRESET' }))
  }

  /** Our own end of the stream has been asked for. */
  get isEnding(): boolean {
    return this.#end !== undefined
  }

  /**
   * Hands up what is kept, once the peer's FIN has been read. Without it the TLS layer would end both ways at a
   * close_notify and tear down the socket, with what follows unread: a FIN, or an RST.
   */
  handUp(): void {
    if (this.#end === undefined) return
    for (const chunk of this.#end.held.splice(0)) receive(this.#end.secure, chunk)
  }

  /** True if the last record that arrived is whole, has the form of an alert and began after our close_notify had left. */
  lastRecordAnswers(): boolean {
    if (this.#end === undefined) return false
    const { arrived, arrivedBefore, protocol } = this.#end
    return arrivedBefore !== undefined && arrived.count > arrivedBefore && arrived.endsInAlert(protocol)
  }

  /**
   * The peer's bytes behind our end. The kernel has our close_notify when more was written than before and nothing
   * waits for it: then it had left before these bytes were read. It is the answer to that, and not to our FIN, which
   * leaves later: OpenSSL answers the one before it has seen the other.
   */
  #take(end: End, bytes: Buffer): void {
    const { arrived, held, secure, protocol } = end
    const handle = tcpHandleOf(this.raw)
    const hasLeft = handle !== undefined && handle.bytesWritten > end.before && handle.writeQueueSize === 0
    if (hasLeft) end.arrivedBefore ??= arrived.count
    arrived.push(bytes)
    if (held.length === 0 && !(hasLeft && arrived.endsInAlert(protocol))) {
      receive(secure, Buffer.from(bytes))
      return
    }
    if (end.heldBytes >= mostHeld) return
    held.push(Buffer.from(bytes))
    end.heldBytes += bytes.length
  }
}

function tcpHandleOf(raw: Socket): TcpHandle | undefined {
  const { _handle } = raw as Socket & { readonly _handle?: TcpHandle | null }
  return _handle ?? undefined
}

function receive(secure: TLSSocket, bytes: Buffer): void {
  const { _handle } = secure as TLSSocket & { readonly _handle?: TlsHandle | null }
  _handle?.receive(bytes)
}
