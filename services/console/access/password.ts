// Passwords, hashed by scrypt: made, and compared, a few at a time.

import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto'
import { promisify } from 'node:util'
import {
  bytesOf,
  parseScrypt,
  type ScryptHash,
  scryptText,
} from '@podpipe/runtime/config/values/password-hash.ts'

// 32 MiB and some tenths of a second of one core: what OWASP's cheat sheet on password storage asks for at least.
const usual = { ln: 15, r: 8, p: 3 }
const saltBytes = 16
const hashBytes = 32

const derive = promisify<string, Buffer, number, object, Buffer>(scrypt)

/** A password as the configuration has it. */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(saltBytes)
  return scryptText({ ...usual, salt, hash: await hashOf(password, { ...usual, salt }, hashBytes) })
}

/** Whether it is the password of a hash; takes the same time whether or not it is. */
export async function isPasswordOf(password: string, text: string): Promise<boolean> {
  const known = parseScrypt(text)
  if (known === undefined) return false
  return timingSafeEqual(await hashOf(password, known, known.hash.length), known.hash)
}

/** A hash that no password has and that costs as much as another one: for people who are not there. */
export function decoyLike(text: string | undefined): string {
  const { ln, r, p } = (text === undefined ? undefined : parseScrypt(text)) ?? usual
  return scryptText({ ln, r, p, salt: randomBytes(saltBytes), hash: randomBytes(hashBytes) })
}

// The same letters can be typed as different characters.
function hashOf(
  password: string,
  { ln, r, p, salt }: Omit<ScryptHash, 'hash'>,
  bytes: number,
): Promise<Buffer> {
  const options = { N: 2 ** ln, r, p, maxmem: 2 * bytesOf({ ln, r }) }
  return derive(password.normalize('NFKC'), salt, bytes, options)
}
