// What is handed to a browser and comes back: sealed, so that it can be neither read nor made up. The console keeps none of it.

import { hkdfSync, randomBytes } from 'node:crypto'
import { keysIn } from '@podpipe/runtime/config/values/secret-keys.ts'
import { EncryptJWT, errors, type JWTPayload, jwtDecrypt } from 'jose'

export interface Tickets<Claims extends JWTPayload> {
  seal(claims: Claims): Promise<string>
  /** What was sealed; undefined for anything else. */
  open(ticket: string): Promise<Claims | undefined>
}

const keyBytes = 32

/**
 * @param secret `console.secret_key`: of several the first seals, and all open; without one nothing outlives this process
 * @param use what they are for: a ticket of another use is none
 */
export function createTickets<Claims extends JWTPayload>(
  secret: string | undefined,
  use: string,
): Tickets<Claims> {
  const texts = secret === undefined ? [randomBytes(keyBytes)] : keysIn(secret)
  const keys = texts.map(text => new Uint8Array(hkdfSync('sha256', text, 'podpipe console', use, keyBytes)))
  const [first = new Uint8Array()] = keys
  return {
    seal: claims => new EncryptJWT(claims).setProtectedHeader({ alg: 'dir', enc: 'A256GCM' }).encrypt(first),
    async open(ticket) {
      for (const key of keys) {
        const claims = await opened<Claims>(ticket, key)
        if (claims !== undefined) return claims
      }
      return undefined
    },
  }
}

async function opened<Claims extends JWTPayload>(
  ticket: string,
  key: Uint8Array,
): Promise<Claims | undefined> {
  try {
    const { payload } = await jwtDecrypt<Claims>(ticket, key, {
      keyManagementAlgorithms: ['dir'],
      contentEncryptionAlgorithms: ['A256GCM'],
    })
    return payload
  } catch (error) {
    if (error instanceof errors.JOSEError) return undefined
    throw error
  }
}
