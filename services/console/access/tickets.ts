// What is handed to a browser and comes back: sealed, so that it can be neither read nor made up. The console keeps none of it.

import { hkdfSync, randomBytes } from 'node:crypto'
import { EncryptJWT, errors, type JWTPayload, jwtDecrypt } from 'jose'

export interface Tickets<Claims extends JWTPayload> {
  seal(claims: Claims): Promise<string>
  /** What was sealed; undefined for anything else. */
  open(ticket: string): Promise<Claims | undefined>
}

const keyBytes = 32

/**
 * @param secret `console.secret_key`; without one nothing outlives this process
 * @param use what they are for: a ticket of another use is none
 */
export function createTickets<Claims extends JWTPayload>(
  secret: string | undefined,
  use: string,
): Tickets<Claims> {
  const key = new Uint8Array(
    hkdfSync('sha256', secret ?? randomBytes(keyBytes), 'podpipe console', use, keyBytes),
  )
  return {
    seal: claims => new EncryptJWT(claims).setProtectedHeader({ alg: 'dir', enc: 'A256GCM' }).encrypt(key),
    async open(ticket) {
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
    },
  }
}
