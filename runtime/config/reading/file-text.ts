// A small file as text. What is no ordinary file is never waited for: a pipe that nobody writes to would hang for ever.

import { closeSync, constants, fstatSync, openSync, readFileSync } from 'node:fs'
import type { Position } from './findings.ts'

/** A file that could be opened and still cannot be used; `code` is this project's own. */
export class FileError extends Error {
  override readonly name = 'FileError'
  readonly code: 'NOT_A_FILE' | 'TOO_LARGE' | 'EISDIR'
  readonly bytes: number
  constructor(code: FileError['code'], bytes = 0) {
    super(`${code} (${bytes} bytes)`)
    this.code = code
    this.bytes = bytes
  }
}

/**
 * The bytes of a file.
 * @param largest how many there may be
 * @throws FileError, or what node:fs throws
 */
export function readSmallFile(path: string, largest: number): Buffer {
  const file = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK)
  try {
    const stat = fstatSync(file)
    if (stat.isDirectory()) throw new FileError('EISDIR')
    if (!stat.isFile()) throw new FileError('NOT_A_FILE')
    if (stat.size > largest) throw new FileError('TOO_LARGE', stat.size)
    return readFileSync(file)
  } finally {
    closeSync(file)
  }
}

/** Why bytes are no text that podpipe reads, with the place, or the text. A mark at its start is taken away. */
export function textOf(
  bytes: Buffer,
): { readonly text: string } | { readonly wrong: string; readonly place: Position | undefined } {
  const [first, second] = bytes
  const isUtf16 =
    (first === 0xff && second === 0xfe) ||
    (first === 0xfe && second === 0xff) ||
    bytes.subarray(0, 64).includes(0)
  if (isUtf16) {
    return {
      wrong: 'the file is not UTF-8 text, but UTF-16 or binary; it cannot be read; save it as UTF-8',
      place: undefined,
    }
  }
  try {
    return { text: new TextDecoder('utf-8', { fatal: true }).decode(bytes) }
  } catch {
    return {
      wrong: 'the file is not UTF-8 text from here on; it cannot be read; save it as UTF-8',
      place: placeOfBadByte(bytes),
    }
  }
}

/** The first byte that differs from what lenient decoding and encoding again makes of it. */
function placeOfBadByte(bytes: Buffer): Position {
  const again = Buffer.from(new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes))
  let at = 0
  while (at < bytes.length && bytes[at] === again[at]) at += 1
  const before = bytes.subarray(0, at)
  const lines = before.toString('latin1').split('\n')
  return { line: lines.length, column: (lines.at(-1)?.length ?? 0) + 1 }
}
