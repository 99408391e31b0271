// Cuts the byte stream of one connection into records, as Devo's receivers do: lines that end with LF, CR
// or NUL, octet-counted records, and whole gzip members of such, mixed at will. Pure; state between chunks only.

import { readMember } from './member.ts'

export interface RecordSink {
  /** A whole record, without its end. The bytes are only valid during the call. */
  record(bytes: Buffer): void
  /** Bytes that can be no record: a broken member, a length that is none. */
  broken(why: string, bytes: Buffer): void
}

export interface RecordSplitter {
  push(chunk: Buffer): void
  /** The stream is over. @returns the number of bytes that belong to no whole record */
  end(): number
}

const LF = 0x0a
const CR = 0x0d
const NUL = 0x00
const lengthDigits = 10
const maxMemberBytes = 16 * 1024 * 1024

/**
 * Makes the splitter of one stream.
 * @param nested inside a gzip member, where no further members are looked for
 */
export function createRecordSplitter(sink: RecordSink, nested = false): RecordSplitter {
  /** What was pushed and does not make a whole record yet. It begins at a record's first byte. */
  let parts: Buffer[] = []
  let size = 0
  /** How many bytes to collect before looking again; 0 while searching for the end of a line. */
  let need = 0
  let inLine = false

  return {
    push(chunk) {
      // A long line over many chunks: only the new bytes are searched, so that megabytes cost linear time.
      if (inLine && endOfLine(chunk, 0) < 0) return keep(chunk)
      if (size + chunk.length < need) return keep(chunk)
      keep(chunk)
      const bytes = parts.length === 1 ? chunk : Buffer.concat(parts, size)
      const rest = bytes.subarray(split(bytes))
      parts = rest.length > 0 ? [rest] : []
      size = rest.length
    },
    end: () => size,
  }

  function keep(chunk: Buffer): void {
    parts.push(chunk)
    size += chunk.length
  }

  /** Hands on every whole record. @returns where the first incomplete one begins */
  function split(bytes: Buffer): number {
    let at = 0
    inLine = false
    need = 0
    while (at < bytes.length) {
      const first = bytes[at] ?? 0
      const next = isMagic(bytes, at) ? member(bytes, at) : first <= 0x20 ? at + 1 : record(bytes, at, first)
      if (next < 0) return at
      at = next
    }
    return at
  }

  /** The magic is looked for before blanks are skipped: its first byte, 1f, counts as one of them. */
  function isMagic(bytes: Buffer, at: number): boolean {
    if (nested || bytes[at] !== 0x1f) return false
    return at + 1 === bytes.length || bytes[at + 1] === 0x8b
  }

  // Each of the following gives the position after what it read, or -1 when more bytes are needed.

  function record(bytes: Buffer, at: number, first: number): number {
    return first >= 0x30 && first <= 0x39 ? counted(bytes, at) : line(bytes, at)
  }

  function member(bytes: Buffer, at: number): number {
    const found = readMember(bytes.subarray(at))
    const tooLong = found.state === 'incomplete' && bytes.length - at > maxMemberBytes
    if (found.state === 'incomplete' && !tooLong) return -1
    if (found.state !== 'whole') {
      // Nothing tells where a broken member ends. What follows its magic is read as ordinary records.
      sink.broken(
        found.state === 'broken' ? found.why : 'a gzip member does not end within 16 MiB',
        bytes.subarray(at),
      )
      return at + 2
    }
    const inner = createRecordSplitter(sink, true)
    inner.push(found.data)
    const torn = inner.end()
    if (torn > 0) sink.broken('a gzip member ends inside a record', found.data.subarray(-torn))
    return at + found.length
  }

  function counted(bytes: Buffer, at: number): number {
    let digits = 0
    while (isDigit(bytes[at + digits]) && digits <= lengthDigits) digits++
    if (at + digits === bytes.length && digits <= lengthDigits) return -1
    const start = at + digits + 1
    // Digits that no blank follows are the start of an ordinary line.
    if (digits > lengthDigits || bytes[at + digits] !== 0x20) return line(bytes, at)
    const length = Number(bytes.toString('latin1', at, at + digits))
    if (bytes.length - start < length) {
      need = start - at + length
      return -1
    }
    // The count includes the line feed that the vendor's SDK puts at the end.
    const end = bytes[start + length - 1] === LF ? start + length - 1 : start + length
    sink.record(bytes.subarray(start, end))
    return start + length
  }

  function line(bytes: Buffer, at: number): number {
    const end = endOfLine(bytes, at)
    inLine = end < 0
    if (end < 0) return -1
    sink.record(bytes.subarray(at, end))
    return end + 1
  }
}

function isDigit(byte: number | undefined): boolean {
  return byte !== undefined && byte >= 0x30 && byte <= 0x39
}

/** The first LF, CR or NUL at or after a position, or -1. */
function endOfLine(bytes: Buffer, from: number): number {
  const lineFeed = bytes.indexOf(LF, from)
  // The other two are searched only up to there: two quick passes over a line and not over the whole chunk.
  const area = lineFeed < 0 ? bytes.subarray(from) : bytes.subarray(from, lineFeed)
  const others = [area.indexOf(CR), area.indexOf(NUL)].filter(index => index >= 0)
  return others.length > 0 ? from + Math.min(...others) : lineFeed
}
