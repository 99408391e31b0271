// Signing in with a password: so many failures at most, a few comparisons at a time, and the same cost for a name that is not there.

import { isIPv6 } from 'node:net'
import type { ConsoleUser } from '@podpipe/runtime/config/config.ts'
import { createAttempts } from './attempts.ts'
import { decoyLike, isPasswordOf } from './password.ts'
import { createTurns } from './turns.ts'

export type SignIn =
  | { readonly result: 'right'; readonly user: ConsoleUser }
  | { readonly result: 'wrong' }
  /** Too many have failed, or too many are being compared. */
  | { readonly result: 'later'; readonly waitMs: number }

export interface Given {
  readonly name: string
  readonly password: string
  /** Where from. */
  readonly address: string
}

// Twenty guesses at once and then 5,760 a day are no way to a password; and whoever is locked out by somebody else's guesses waits 15 s.
const byName = { burst: 20, everyMs: 15_000, mostKeys: 10_000 }
// People behind one address fail together.
const byAddress = { burst: 30, everyMs: 10_000, mostKeys: 10_000 }
const together = 2
const mostWaiting = 20
const crowdedMs = 2_000

/** @returns what compares, and counts what failed */
export function createSignIn(now: () => number = Date.now) {
  const [names, addresses] = [createAttempts(byName), createAttempts(byAddress)]
  const turns = createTurns(together, mostWaiting)
  return async ({ name, password, address }: Given, users: readonly ConsoleUser[]): Promise<SignIn> => {
    const from = networkOf(address)
    const crowded = addresses.begin(from, now())
    if (crowded !== undefined) return { result: 'later', waitMs: crowded }
    const guessed = names.begin(name, now())
    if (guessed !== undefined) {
      addresses.succeeded(from)
      return { result: 'later', waitMs: guessed }
    }
    const user = users.find(each => each.name === name)
    const hash = user?.passwordHash ?? decoyLike(users[0]?.passwordHash)
    const isRight = await turns.take(() => isPasswordOf(password, hash))
    // What was not compared did not fail.
    if (isRight !== false) {
      addresses.succeeded(from)
      names.succeeded(name)
    }
    if (isRight === undefined) return { result: 'later', waitMs: crowdedMs }
    return isRight && user !== undefined ? { result: 'right', user } : { result: 'wrong' }
  }
}

const networkBits = 64
const groupBits = 16

/** Whoever has one address of IPv6 has its whole network of 64 bits. */
export function networkOf(address: string): string {
  if (!isIPv6(address) || address.startsWith('::ffff:')) return address
  return groupsOf(address)
    .slice(0, networkBits / groupBits)
    .join(':')
}

function groupsOf(address: string): string[] {
  const [head = '', tail] = (address.split('%')[0] ?? '').split('::')
  const groups = (text: string | undefined): string[] => (text ? text.split(':') : [])
  const [before, after] = [groups(head), groups(tail)]
  const missing = tail === undefined ? 0 : Math.max(0, 128 / groupBits - before.length - after.length)
  return [...before, ...Array<string>(missing).fill('0'), ...after]
}
