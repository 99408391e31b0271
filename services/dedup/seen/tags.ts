// Tags, eight bits of each row of a bin, looked through four at a time.

const [eachByte, lowBits, highBits] = [0x01010101, 0x7f7f7f7f, -0x7f7f7f80]

/** The tag of a fingerprint four times. */
export const fourTags = (third: number): number => Math.imul(third & 0xff, eachByte)

/** The high bit of each byte that is zero, and no other bit. */
export const zeroBytes = (word: number): number => ~(((word & lowBits) + lowBits) | word | lowBits)

/** Which byte of a word the lowest bit is in. */
export const lowestByte = (bits: number): number => (31 - Math.clz32(bits & -bits)) >>> 3

/** Whether any byte of these words is zero: quicker than to ask where, and mostly there is none. */
export const haveZero = (one: number, two: number, three: number, four: number): boolean =>
  ((((one - eachByte) & ~one) |
    ((two - eachByte) & ~two) |
    ((three - eachByte) & ~three) |
    ((four - eachByte) & ~four)) &
    highBits) !==
  0
