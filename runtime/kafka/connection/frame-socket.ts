// The sockets on which kafkajs talks to Kafka, with each answer handed over whole and in memory of its own size.
//
// By itself a socket hands out pieces of 64 kB in memory that is new each time, and kafkajs copies them together once
// an answer is complete: for a fetch of some megabytes that is two allocations and a copy of every byte, and what
// brings V8's collector on. Here all sockets read into one buffer, and from there a byte is copied once, to its place.

import { connect, isIP, type Socket } from 'node:net'
import { type ConnectionOptions, connect as connectSecurely } from 'node:tls'
import type { ISocketFactoryArgs } from 'kafkajs'
import { memory } from '../encoding/memory.ts'
import { piecesBehind } from '../encoding/request-pieces.ts'

const lengthPrefix = 4
/** What a socket may hand out at once; as it is used again and again, it stays in the processor's cache. */
const readSize = 256 * 1024
/** No answer is so large: a fetch asks for 8 MiB, and gets at most one record of 16 MiB more. */
const largestFrame = 256 * 1024 * 1024
const keepAliveDelay = 60_000
/** How a record of TLS begins that says what is wrong (RFC 8446, section 5.1). */
const [tlsAlert, tlsMajor] = [0x15, 0x03]

// Everything that is read is copied out before anybody reads again, so one is enough for all sockets.
const shared = Buffer.allocUnsafeSlow(readSize)

/** Where to, and how: without `ssl` it is a plain connection, which kafkajs's own type does not know. */
export type SocketTarget = Omit<ISocketFactoryArgs, 'ssl'> & { readonly ssl?: ConnectionOptions | null }

/** Opens a connection for kafkajs, whose option `socketFactory` it is. */
export function createFrameSocket({ host, port, ssl, onConnect }: SocketTarget): Socket {
  if (ssl) return createSecureSocket(host, port, ssl, onConnect)
  const frames = createFrameReader(frame => socket.emit('data', frame))
  const onread = {
    buffer: shared,
    callback(length: number): boolean {
      try {
        frames.read(shared.subarray(0, length))
      } catch (error) {
        socket.destroy(error instanceof Error ? error : new Error(String(error)))
      }
      return true
    },
  }
  const socket: Socket = connect({ host, port, onread }, onConnect)
  socket.setKeepAlive(true, keepAliveDelay)
  writePieces(socket)
  return socket
}

// kafkajs writes a request in one call. Of one in pieces it knows the first, and the others go out with it.
function writePieces(socket: Socket): void {
  const write = socket.write.bind(socket)
  socket.write = (first: Uint8Array | string, ...how: unknown[]): boolean => {
    const others = typeof first === 'string' ? undefined : piecesBehind(first)
    if (others === undefined) return Reflect.apply(write, socket, [first, ...how])
    socket.cork()
    let hasRoom = write(first)
    for (const piece of others) hasRoom = write(piece)
    socket.uncork()
    return hasRoom
  }
}

// What is decrypted is new memory in any case, so kafkajs gets it as it comes and puts the frames together itself.
function createSecureSocket(
  host: string,
  port: number,
  ssl: ConnectionOptions,
  onConnect: () => void,
): Socket {
  const name = isIP(host) === 0 ? { servername: host } : {}
  const socket = connectSecurely({ host, port, ...name, ...ssl }, onConnect)
  socket.setKeepAlive(true, keepAliveDelay)
  writePieces(socket)
  return socket
}

export interface FrameReader {
  /**
   * Takes the next bytes and keeps none of them.
   * @throws Error where the length of a frame cannot be one
   */
  read(bytes: Buffer): void
}

/** Puts together what arrives in pieces: four bytes of length, and as many more. @param onFrame gets both */
export function createFrameReader(onFrame: (frame: Buffer) => void): FrameReader {
  const prefix = Buffer.alloc(lengthPrefix)
  let prefixed = 0
  let frame: Buffer | undefined
  let filled = 0

  const begin = (): Buffer => {
    const length = prefix.readInt32BE()
    if (prefix[0] === tlsAlert && prefix[1] === tlsMajor) {
      throw new Error('What answers there speaks TLS, and podpipe does not. Set kafka.tls.enabled: true.')
    }
    if (length < 0 || length > largestFrame) {
      throw new Error(
        `What answers there is not Kafka: it announces an answer of ${length} bytes. Check the addresses in kafka.brokers.`,
      )
    }
    const begun = memory.take(lengthPrefix + length)
    prefix.copy(begun)
    filled = lengthPrefix
    return begun
  }

  return {
    read(bytes) {
      for (let at = 0; at < bytes.length; ) {
        if (frame === undefined) {
          const part = Math.min(lengthPrefix - prefixed, bytes.length - at)
          bytes.copy(prefix, prefixed, at, at + part)
          prefixed += part
          at += part
          if (prefixed < lengthPrefix) return
          frame = begin()
        }
        const part = Math.min(frame.length - filled, bytes.length - at)
        bytes.copy(frame, filled, at, at + part)
        filled += part
        at += part
        if (filled < frame.length) continue
        const whole = frame
        frame = undefined
        prefixed = 0
        onFrame(whole)
      }
    },
  }
}
