// One frame onto a WebSocket, whole or in fragments.

import type { WebSocket } from 'ws'
import type { Frame } from './frame.ts'

/**
 * Sends a frame. Fragments are cut by bytes, so a character of text may stand in two of them, as RFC 6455 allows.
 * @param done called when the system has it all, or the socket has closed
 */
export function sendFrame(
  socket: WebSocket,
  { bytes, binary, fragments = 1 }: Frame,
  done: () => void,
): void {
  const size = Math.ceil(bytes.length / fragments)
  for (let fragment = 0; fragment < fragments - 1; fragment++) {
    socket.send(bytes.subarray(fragment * size, (fragment + 1) * size), { binary, fin: false })
  }
  socket.send(bytes.subarray((fragments - 1) * size), { binary, fin: true }, done)
}
