// The ways in which the Proofpoint simulator ends a session on command.

import type { Socket } from 'node:net'
import type { WebSocket } from 'ws'

/** Codes of the Close frames that were seen of Proofpoint or that its kind of server sends. */
export const closeCodes = [1000, 1001, 1006, 1011, 1012] as const

/**
 * `reset`: RST. `cut`: RST in the middle of a frame. `vanish`: silence on a connection that stays open, no frame
 * and no pong. `close`: Close frame 1001. A number: a Close frame of that code; 1006, which none may bear: the
 * connection ends without one.
 */
export const dropManners = ['reset', 'cut', 'vanish', 'close', ...closeCodes] as const
export type DropManner = (typeof dropManners)[number]

const reasons: Readonly<Record<number, string>> = {
  1001: 'going away',
  1011: 'internal error',
  1012: 'service restart',
}

/** Sends a Close frame of a code; for 1006, ends the connection without one. */
export function closeWith(socket: WebSocket, code: number): void {
  if (code === 1006) socket.terminate()
  else socket.close(code, reasons[code])
}

/**
 * Writes the first half of a frame and resets the connection as soon as the system has it.
 * @param transport the stream under the WebSocket, on which nothing else is written any more
 * @param raw the plain socket under that
 */
export function cutInside(transport: Socket, raw: Socket, payload: Buffer): void {
  const frame = Buffer.concat([textHeader(payload.length), payload])
  transport.write(frame.subarray(0, Math.ceil(frame.length / 2)), () => raw.resetAndDestroy())
}

/** The header of an unmasked text frame (RFC 6455, 5.2). */
function textHeader(length: number): Buffer {
  if (length < 126) return Buffer.from([0x81, length])
  const header = Buffer.alloc(length < 65_536 ? 4 : 10, 0)
  header[0] = 0x81
  header[1] = length < 65_536 ? 126 : 127
  if (length < 65_536) header.writeUInt16BE(length, 2)
  else header.writeBigUInt64BE(BigInt(length), 2)
  return header
}
