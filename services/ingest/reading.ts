// How a session's socket reads. By itself Node reads 64 kB at a time into memory that is new each time, lies outside of
// V8's heap and is there until V8 collects. Frames are taken out of it at once, so two stretches of memory by turns do.

import { connect as connectPlain, isIP, type Socket, type TcpNetConnectOpts } from 'node:net'
import { type ConnectionOptions, connect as connectTls } from 'node:tls'

export interface Reading {
  /** Opens the connection of a WebSocket to this address, as its option `createConnection`. */
  connect(options: object): Socket
  /** Tells that a frame has come, and that nobody needs any frame before it. */
  came(): void
}

/** With 64 KiB and more at once, ws pauses the socket and resumes it, at the cost of another look at it. */
const readSize = 64 * 1024 - 1
const stretchSize = 2 * readSize

/** @param isSecure whether the connection is under TLS */
export function createReading(isSecure: boolean): Reading {
  let stretch: Buffer = Buffer.allocUnsafeSlow(stretchSize)
  let filled = 0
  // The one before, of which a frame that has not come whole may hold a part.
  let earlier: Buffer | undefined
  let idle: Buffer | undefined

  const next = (): Buffer => {
    if (stretch.length - filled < readSize) {
      // Where no frame has come for a whole stretch, ws still holds what is in the one before, and then V8 has it.
      earlier = stretch
      stretch = idle ?? Buffer.allocUnsafeSlow(stretchSize)
      idle = undefined
      filled = 0
    }
    return stretch.subarray(filled, filled + readSize)
  }

  return {
    connect(options) {
      const onread = {
        buffer: next,
        callback(length: number, read: Uint8Array): boolean {
          filled += length
          socket.emit('data', read.subarray(0, length))
          return true
        },
      }
      // What ws itself makes of them: `path` is that of the URL, which Node would take for a socket in a file.
      const common = { ...options, path: undefined, onread }
      const socket = isSecure
        ? connectTls({ ...common, servername: servernameOf(options) } as ConnectionOptions)
        : connectPlain(common as unknown as TcpNetConnectOpts)
      return socket
    },
    came() {
      if (earlier === undefined) return
      // ws tells of a frame as soon as its end is read, which lies in this stretch: nothing before that is needed.
      idle = earlier
      earlier = undefined
    },
  }
}

function servernameOf({ servername, host = '' }: { servername?: string; host?: string }): string {
  return servername ?? (isIP(host) ? '' : host)
}
