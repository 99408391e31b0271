// Secrets of collectors as Kafka may have them: AES-256-GCM under a key that only ingest and the console are given. Pure but
// for the nonce, which is drawn.

import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto'
import type { SealedSecret } from '@podpipe/schemas/records.ts'
import { keysIn } from '../config/values/secret-keys.ts'

interface OneKey {
  /** By which a sealed secret says which key it needs. */
  readonly id: string
  readonly key: Buffer
}

/** What seals; and the earlier ones, with which there is still something to be opened. */
export interface SealingKey extends OneKey {
  readonly earlier: readonly OneKey[]
}

/** Which secret of which collector: one that is moved to another place cannot be opened there. */
export interface SecretPlace {
  readonly name: string
  /** The keys that lead to it from the input, joined by dots. */
  readonly path: string
}

/** A secret that cannot be opened: the message says why, and what to do. */
export class SealedError extends Error {
  override readonly name = 'SealedError'
}

const cipher = 'aes-256-gcm'
const keyBytes = 32
const nonceBytes = 12
const tagBytes = 16
const idBytes = 4
const salt = 'podpipe collectors'

/** @param text of `console.secret_key`: one key or several, the first of which seals */
export function sealingKeyOf(text: string): SealingKey {
  const [first = '', ...earlier] = keysIn(text)
  return { ...oneKeyOf(first), earlier: earlier.map(oneKeyOf) }
}

// Random, 32 characters at least, so that it needs no stretching.
function oneKeyOf(text: string): OneKey {
  const derive = (use: string, bytes: number): Buffer =>
    Buffer.from(hkdfSync('sha256', text, salt, use, bytes))
  return { id: derive('id', idBytes).toString('hex'), key: derive('seal', keyBytes) }
}

/** Seals a secret for its place. */
export function seal({ id, key }: SealingKey, place: SecretPlace, secret: string): SealedSecret {
  const nonce = randomBytes(nonceBytes)
  const sealing = createCipheriv(cipher, key, nonce).setAAD(boundTo(place))
  const sealed = Buffer.concat([sealing.update(secret, 'utf8'), sealing.final(), sealing.getAuthTag()])
  return { path: place.path, key_id: id, nonce, sealed }
}

/**
 * Opens a secret.
 * @param key undefined where none is configured
 * @throws SealedError when the key is missing or another one, or the bytes are not what was sealed
 */
export function unseal(key: SealingKey | undefined, name: string, secret: SealedSecret): string {
  const { path, key_id, nonce, sealed } = secret
  const enter = `or enter ${path} of the collector ${name} anew in the console`
  if (key === undefined) {
    throw new SealedError(
      `${path} is sealed with the key ${key_id}, and no console.secret_key is set here; give ingest and the console the same one, ${enter}`,
    )
  }
  const all = [key, ...key.earlier]
  const fitting = all.find(({ id }) => id === key_id)
  if (fitting === undefined) {
    const known = `${all.length === 1 ? 'is the key' : 'are the keys'} ${all.map(({ id }) => id).join(', ')}`
    throw new SealedError(
      `${path} is sealed with the key ${key_id}, and console.secret_key here ${known}; set the one that it was sealed with behind the present one, ${enter}`,
    )
  }
  try {
    const opening = createDecipheriv(cipher, fitting.key, nonce, { authTagLength: tagBytes })
      .setAAD(boundTo({ name, path }))
      .setAuthTag(sealed.subarray(-tagBytes))
    return Buffer.concat([opening.update(sealed.subarray(0, -tagBytes)), opening.final()]).toString('utf8')
  } catch {
    throw new SealedError(
      `${path} is not as it was sealed: something else than podpipe has written it, or it is damaged; enter it anew in the console`,
    )
  }
}

const boundTo = ({ name, path }: SecretPlace): Buffer => Buffer.from(`${name}\0${path}`)
