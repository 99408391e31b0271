// A hashed password as text: `$scrypt$ln=15,r=8,p=3$<salt>$<hash>`, the form that other programs know as PHC. Pure.

export interface ScryptHash {
  /** The cost is 2 to this power. */
  readonly ln: number
  readonly r: number
  readonly p: number
  readonly salt: Buffer
  readonly hash: Buffer
}

// Base64 without padding, as the form has it.
const form =
  /^\$scrypt\$ln=(\d{1,2}),r=(\d{1,2}),p=(\d{1,2})\$([A-Za-z0-9+/]{11,86})\$([A-Za-z0-9+/]{43,86})$/

// Less is guessed too quickly; more would let a hash of one person's making take all memory.
const mildest = { ln: 14, r: 8, p: 1 }
const mostBytes = 128 * 1024 * 1024

/** The parts of a hash; undefined for any other text, and for a hash that is too cheap or too dear. */
export function parseScrypt(text: string): ScryptHash | undefined {
  const [, ln, r, p, salt = '', hash = ''] = form.exec(text) ?? []
  if (ln === undefined) return undefined
  const parsed = {
    ln: Number(ln),
    r: Number(r),
    p: Number(p),
    salt: Buffer.from(salt, 'base64'),
    hash: Buffer.from(hash, 'base64'),
  }
  const isStrong = parsed.ln >= mildest.ln && parsed.r >= mildest.r && parsed.p >= mildest.p
  return isStrong && bytesOf(parsed) <= mostBytes && parsed.p <= 16 ? parsed : undefined
}

/** The memory that comparing with it takes. */
export const bytesOf = ({ ln, r }: Pick<ScryptHash, 'ln' | 'r'>): number => 128 * 2 ** ln * r

export const scryptText = ({ ln, r, p, salt, hash }: ScryptHash): string =>
  `$scrypt$ln=${ln},r=${r},p=${p}$${unpadded(salt)}$${unpadded(hash)}`

const unpadded = (bytes: Buffer): string => bytes.toString('base64').replace(/=+$/, '')

/** What is wrong with a hash, or undefined. */
export const passwordHashFault = (text: string): string | undefined =>
  parseScrypt(text) === undefined
    ? 'is no hash that podpipe console hash-password prints, and a password itself does not belong here; make one with that command'
    : undefined
