// Which bin an id belongs to: by the first bits of its fingerprint, as many as the deepest bin has.

import { type Bins, depthOfBin } from './bins.ts'

/** The first 8 bits of a fingerprint choose among 256 bins at least, and are kept nowhere else. */
export const leastDepth = 8
/** Of the bits that choose, 16 are the first of the third word, the others the first of the first one. */
export const mostDepth = 22
const bytesPerPlace = 4

export interface Directory {
  depth: number
  /** The bins; 0 where there is none yet. */
  places: Int32Array
}

export const createDirectory = (depth: number): Directory => ({ depth, places: new Int32Array(1 << depth) })

export const memoryOfDirectory = ({ places }: Directory): number => places.length * bytesPerPlace

/** The place of a fingerprint. */
export const indexOf = ({ depth }: Directory, first: number, third: number): number =>
  (((third >>> 16) << 6) | (first >>> 26)) >>> (mostDepth - depth)

/** Puts a bin into all places that begin with its bits, of which `index` is one. */
export function enter({ depth, places }: Directory, bins: Bins, bin: number, index: number): void {
  const span = 1 << (depth - depthOfBin(bins, bin))
  const start = index & -span
  places.fill(bin, start, start + span)
}

export function deepen(directory: Directory): void {
  const { places } = directory
  const deeper = new Int32Array(places.length * 2)
  for (let at = 0; at < deeper.length; at++) deeper[at] = places[at >>> 1] as number
  directory.places = deeper
  directory.depth++
}
