// The stored secrets of collectors, sealed anew with the present key: what an earlier key has sealed needs it no more. Pure but for
// the nonces.

import { SealedError, type SealingKey, seal, unseal } from '@podpipe/runtime/collectors/sealing.ts'
import type { Collector, SealedSecret } from '@podpipe/schemas/records.ts'

/** A secret that no key here opens. */
export interface Unopened {
  readonly name: string
  readonly revision: number
  readonly path: string
  /** Of the key that it needs. */
  readonly key_id: string
}

export interface Rekeyed {
  /** The revisions with a secret that was sealed anew; their numbers and all else stay. */
  readonly changed: readonly Collector[]
  readonly left: readonly Unopened[]
}

/** Whether any of its secrets is sealed with another key than the present one. */
export const needsRekey = ({ secrets }: Pick<Collector, 'secrets'>, { id }: SealingKey): boolean =>
  secrets.some(({ key_id }) => key_id !== id)

/** @param revisions all revisions of one collector: one that is gone back to needs its secrets too */
export function rekeyed(revisions: readonly Collector[], key: SealingKey): Rekeyed {
  const anew = new Map<string, SealedSecret>()
  const left: Unopened[] = []
  const sealedAnew = (name: string, revision: number, secret: SealedSecret): SealedSecret => {
    const { path, key_id, sealed } = secret
    if (key_id === key.id) return secret
    // What several revisions share stays the same in all of them: by that one sees that a secret was not replaced.
    const same = `${path} ${sealed.toString('hex')}`
    const known = anew.get(same)
    if (known !== undefined) return known
    try {
      const made = seal(key, { name, path }, unseal(key, name, secret))
      anew.set(same, made)
      return made
    } catch (error) {
      if (!(error instanceof SealedError)) throw error
      left.push({ name, revision, path, key_id })
      return secret
    }
  }
  const changed = revisions.flatMap(each => {
    if (!needsRekey(each, key)) return []
    const secrets = each.secrets.map(secret => sealedAnew(each.name, each.revision, secret))
    return secrets.some((secret, at) => secret !== each.secrets[at]) ? [{ ...each, secrets }] : []
  })
  return { changed, left }
}
