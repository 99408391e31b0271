// SipHash with 128 bits of output, by a kernel: JavaScript has no fast integers of 64 bits and takes three times as long.

import { kernelIn, type Memory } from './wasm.ts'

/** Bytes of a key. */
export const keyLength = 16

interface Kernel {
  readonly memory: Memory
  hash(): number
  message(): number
  sip(low0: number, high0: number, low1: number, high1: number, length: number): void
}

const bytesPerPage = 65_536
const kernel = kernelIn<Kernel>(new URL('./kernel/sip-hash.wasm', import.meta.url))()
const messageAt = kernel.message()
let memory = new Uint8Array(kernel.memory.buffer)
let hash = hashIn(kernel.memory)

function hashIn({ buffer }: Memory): Int32Array {
  return new Int32Array(buffer, kernel.hash(), 4)
}

/** A key as the hash takes it: four little-endian words. */
export function wordsOf(key: Buffer): Int32Array {
  if (key.length !== keyLength) throw new RangeError(`A fingerprint key has 16 bytes, not ${key.length}.`)
  return Int32Array.from({ length: 4 }, (_, word) => key.readInt32LE(word * 4))
}

/** @param out receives the hash, four little-endian words */
export function sipHash(key: Int32Array, bytes: Uint8Array, out: Int32Array): void {
  const { length } = bytes
  // The kernel reads whole words.
  if (messageAt + length + 8 > memory.length) grow(length)
  memory.set(bytes, messageAt)
  kernel.sip(key[0] ?? 0, key[1] ?? 0, key[2] ?? 0, key[3] ?? 0, length)
  out[0] = hash[0] ?? 0
  out[1] = hash[1] ?? 0
  out[2] = hash[2] ?? 0
  out[3] = hash[3] ?? 0
}

function grow(bytes: number): void {
  kernel.memory.grow(Math.ceil(bytes / bytesPerPage) + 1)
  memory = new Uint8Array(kernel.memory.buffer)
  hash = hashIn(kernel.memory)
}
