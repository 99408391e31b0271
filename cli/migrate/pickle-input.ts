// The bytes of a pickle, read one after the other: its numbers, texts and lines. Pure.

/** What cannot be read, as the end of a sentence that the file begins. */
export class PickleError extends Error {}

// Python's whole numbers have no end; a time or a counter has no more than these digits.
const longestNumber = 64
const longestLong = 32

export type Input = ReturnType<typeof createInput>

/** Reads from the start of `bytes`; every function throws PickleError where they end too early. */
export function createInput(bytes: Uint8Array) {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)
  let at = 0

  const take = (length: number): Buffer => {
    if (length > buffer.length - at) {
      throw new PickleError(`ends too early: ${length} bytes were to come at byte ${at} of ${buffer.length}`)
    }
    at += length
    return buffer.subarray(at - length, at)
  }
  const uint = (size: 1 | 2 | 4 | 8): number =>
    size === 8 ? Number(take(8).readBigUInt64LE()) : take(size).readUIntLE(0, size)
  const line = (): string => {
    const end = buffer.indexOf(0x0a, at)
    if (end < 0) throw new PickleError(`ends too early: a line at byte ${at} has no end`)
    const text = buffer.toString('latin1', at, end)
    at = end + 1
    return text
  }
  const number = (pattern: RegExp): string => {
    const text = line()
    if (text.length > longestNumber || !pattern.test(text)) throw new PickleError('has a number that is none')
    return text
  }

  return {
    offset: () => at,
    byte: () => uint(1),
    uint,
    int32: () => take(4).readInt32LE(),
    double: () => take(8).readDoubleBE(),
    bytes: (length: number): Uint8Array => take(length),
    text: (length: number, encoding: 'utf8' | 'latin1') => take(length).toString(encoding),
    line,
    protocol() {
      const version = uint(1)
      if (version > 5) throw new PickleError(`is of protocol ${version}, and 0 to 5 can be read`)
    },
    /** A frame only says how much is to be read at once. */
    frame() {
      const length = uint(8)
      if (length > buffer.length - at)
        throw new PickleError(`ends too early: within a frame of ${length} bytes`)
    },
    /** A whole number of `length` bytes, little end first, with a sign. */
    long(length: number): number | bigint {
      if (length > longestLong) throw new PickleError(`has a number of ${length} bytes`)
      let value = 0n
      for (const byte of take(length).toReversed()) value = value * 256n + BigInt(byte)
      return narrow(BigInt.asIntN(length * 8, value))
    },
    integerLine(): number | bigint | boolean {
      const text = number(/^[+-]?\d+L?$/)
      if (text === '00') return false
      if (text === '01') return true
      const value = BigInt(text.replace(/^[+-]|L$/g, ''))
      return narrow(text.startsWith('-') ? -value : value)
    },
    floatLine: () => Number(number(/^[+-]?(\d+(\.\d*)?(e[+-]?\d+)?|\.\d+|inf|nan)$/i)),
    indexLine: () => Number(number(/^\d+$/)),
    /** A text as Python 2 wrote it: in quotes. What is escaped in it stays so. */
    quotedLine(): string {
      const found = /^(['"])(.*)\1$/.exec(line())
      if (found === null) throw new PickleError('has a text without quotes')
      return found[2] ?? ''
    },
    /** A text whose characters above 255 are written as \uXXXX or \UXXXXXXXX, the others as one byte. */
    escapedLine: () =>
      line().replace(/\\u([0-9a-f]{4})|\\U(000[0-9a-f]{5}|0010[0-9a-f]{4})/gi, (_, short, long) =>
        String.fromCodePoint(Number.parseInt(short ?? long, 16)),
      ),
  }
}

const narrow = (value: bigint): number | bigint =>
  Number.isSafeInteger(Number(value)) ? Number(value) : value
