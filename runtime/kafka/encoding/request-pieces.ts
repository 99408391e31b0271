// Requests in pieces. kafkajs makes of a request one buffer and writes it to its socket. A large one of records that
// are encoded already would be copied for that alone, so such a request is its first bytes, and what follows them is
// known here by them. Sockets of ours write both (frame-socket.ts).

const behind = new WeakMap<Uint8Array, readonly Buffer[]>()

/** @returns the first piece, which stands for the whole request from here on */
export function inPieces(first: Buffer, others: readonly Buffer[]): Buffer {
  behind.set(first, others)
  return first
}

/** What follows the first piece of a request; undefined where it is a whole one. */
export const piecesBehind = (first: Uint8Array): readonly Buffer[] | undefined => behind.get(first)
