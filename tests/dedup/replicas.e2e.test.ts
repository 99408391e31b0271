// dedup as several processes under load: they come, stop in order and are killed. Each event is once in unique all
// the same, and only the partitions that move are opened again. How long those stood still is printed.

import { deepEqual, ok } from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { type Fleet, type Moves, startFleet } from '../kit/chains/fleet.ts'
import { sentenceOf as accountOf, gapsOf } from '../kit/faults/fault-account.ts'

const namesOf = ({ opened }: Moves): string[] => opened.map(({ name }) => name).sort()

/** One more process, to which alone something moves, and not everything. */
async function joinOther(fleet: Fleet) {
  const { process, moves } = await fleet.join()
  ok(moves.opened.every(({ by }) => by === process))
  ok(moves.opened.length < 9, 'everything moved to the new process')
  return process
}

async function closes(t: TestContext, fleet: Fleet): Promise<void> {
  const account = await fleet.finish()
  t.diagnostic(accountOf(account))
  deepEqual(gapsOf(account), [])
}

test('Each event is once in unique, and only what moves is opened again: three processes, one stops, one is killed', async t => {
  const fleet = await startFleet(t)
  const { process: first } = await fleet.join()
  const second = await joinOther(fleet)
  await joinOther(fleet)
  for (const [process, how] of [
    [second, 'stop'],
    [first, 'kill'],
  ] as const) {
    const moves = await fleet.end(process, how)
    deepEqual(
      namesOf(moves),
      [...moves.left].sort(),
      `a ${how} moved something else than what the process had`,
    )
  }
  await closes(t, fleet)
})

test('Each event is once in unique: of two processes one after the other stops in order, and the other takes over', async t => {
  const fleet = await startFleet(t)
  let { process: older } = await fleet.join()
  for (let round = 0; round < 4; round++) {
    const newer = await joinOther(fleet)
    const moves = await fleet.end(older, 'stop')
    deepEqual(namesOf(moves), [...moves.left].sort())
    older = newer
  }
  await closes(t, fleet)
})
