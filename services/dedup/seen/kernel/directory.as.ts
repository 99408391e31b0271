// Which bin an id belongs to: by the first bits of its fingerprint, as many as the deepest bin has.

import { depthOf, getHead } from './bins.as'
import { giveSpan, takeSpan } from './memory.as'

/** The first 8 bits of a fingerprint choose among 256 bins at least, and are kept nowhere else. */
export const leastDepth: u32 = 8
/** Of the bits that choose, 16 are the first of the third word, the others the first of the first one. */
export const mostDepth: u32 = 22

export let depth: u32 = 0
let places: usize = 0

/** Lays out an empty one. */
export function lay(bits: u32): void {
  if (places !== 0) giveSpan(places, bytesOfDirectory())
  depth = bits
  places = takeSpan(bytesOfDirectory())
  memory.fill(places, 0, bytesOfDirectory())
}

export function bytesOfDirectory(): usize {
  return (<usize>4) << depth
}

/** The place of a fingerprint. */
export function indexOf(first: u32, third: u32): u32 {
  return (((third >>> 16) << 6) | (first >>> 26)) >>> (mostDepth - depth)
}

/** The bin at a place; 0 where there is none yet. */
export function binAt(index: u32): usize {
  return load<usize>(places + <usize>index * 4)
}

/** Puts a bin into all places that begin with its bits, of which `index` is one. */
export function enter(bin: usize, index: u32): void {
  const span: u32 = 1 << (depth - depthOf(getHead(bin)))
  const start = index & -span
  for (let at = start; at < start + span; at++) store<usize>(places + <usize>at * 4, bin)
}

export function deepen(): void {
  const before = places
  const bytes = bytesOfDirectory()
  places = takeSpan(2 * bytes)
  for (let at: usize = 0; at < bytes; at += 4) {
    const bin = load<u32>(before + at)
    store<u32>(places + 2 * at, bin)
    store<u32>(places + 2 * at, bin, 4)
  }
  giveSpan(before, bytes)
  depth++
}
