// What waits, in which order, and when a delivery counts as confirmed.

import { deepEqual, equal, ok, rejects } from 'node:assert/strict'
import { test } from 'node:test'
import { Backlog, type Piece } from './backlog.ts'
import { bytesIn, type Slab } from './slabs.ts'

/** Frames of two bytes each, in a slab. */
const frames = (...texts: string[]): Slab[] => [
  { bytes: Buffer.from(texts.join('')), ends: texts.map((_, at) => 2 * (at + 1)) },
]
const wide = { frames: 100, bytes: 1000 }

const textOf = (piece: Piece | undefined): string =>
  piece === undefined
    ? '-'
    : (String(bytesIn(piece.slab, piece.from, piece.to))
        .match(/../g)
        ?.join(' ') ?? '')

function mustTake(backlog: Backlog, room = wide): Piece {
  const piece = backlog.take(room, false)
  ok(piece)
  return piece
}

/** Whether a promise is settled by now, without waiting for anything outside this process. */
async function isSettled(promise: Promise<unknown>): Promise<boolean> {
  return (
    (await Promise.race([promise.then(() => true), new Promise(setImmediate).then(() => false)])) === true
  )
}

for (const [name, room, evenIfTooBig, first, second] of [
  ['all that fits', wide, false, 'aa bb cc', '-'],
  ['as many frames as there is room for', { frames: 2, bytes: 1000 }, false, 'aa bb', 'cc'],
  ['as many bytes as there is room for', { frames: 100, bytes: 5 }, false, 'aa bb', 'cc'],
  ['nothing where nothing fits', { frames: 100, bytes: 1 }, false, '-', 'aa bb cc'],
  ['one frame that is too big, for an empty stretch', { frames: 100, bytes: 1 }, true, 'aa', 'bb cc'],
  ['nothing where there is no room for a frame', { frames: 0, bytes: 1000 }, false, '-', 'aa bb cc'],
] as const)
  test(`takes ${name}`, () => {
    const backlog = new Backlog()
    void backlog.accept(frames('aa', 'bb', 'cc'))
    equal(textOf(backlog.take(room, evenIfTooBig)), first)
    equal(textOf(backlog.take(wide, false)), second)
    deepEqual([backlog.retainedFrames, backlog.retainedBytes, backlog.isWaiting], [3, 6, false])
  })

test('what failed goes first again, in the order of its acceptance', () => {
  const backlog = new Backlog()
  for (const text of ['a', 'b', 'c', 'd']) void backlog.accept(frames(`${text}1`, `${text}2`))
  const pieces = Array.from({ length: 3 }, () => mustTake(backlog, { frames: 1, bytes: 100 }))
  backlog.giveBack(pieces.slice(2))
  backlog.giveBack(pieces.slice(0, 2))
  const order: string[] = []
  while (backlog.isWaiting) order.push(textOf(mustTake(backlog)))
  equal(order.join(' '), 'a1 a2 b1 b2 c1 c2 d1 d2')
})

test('a delivery is confirmed with its last frame, not before, and lets go of its memory', async () => {
  const backlog = new Backlog()
  const confirmed = backlog.accept(frames('aa', 'bb', 'cc'))
  const first = mustTake(backlog, { frames: 2, bytes: 100 })
  const second = mustTake(backlog)
  backlog.confirm([second])
  equal(await isSettled(confirmed), false)
  backlog.confirm([first])
  await confirmed
  deepEqual([backlog.retainedFrames, backlog.retainedBytes], [0, 0])
})

test('what failed of several slabs and single frames goes out again in their order', () => {
  const backlog = new Backlog()
  void backlog.accept([...frames('a1', 'a2', 'a3'), Buffer.from('b1'), ...frames('c1', 'c2')])
  const pieces: Piece[] = []
  for (let left = 3; left > 0; left -= 1) pieces.push(mustTake(backlog, { frames: 2, bytes: 100 }))
  deepEqual(pieces.map(textOf), ['a1 a2', 'a3', 'b1'])
  backlog.giveBack([pieces[1], pieces[0], pieces[2]].filter(piece => piece !== undefined))
  const order: string[] = []
  while (backlog.isWaiting) order.push(textOf(mustTake(backlog)))
  equal(order.join(' '), 'a1 a2 a3 b1 c1 c2')
})

test('settled waits for what was accepted before and not for what comes later', async () => {
  const backlog = new Backlog()
  void backlog.accept(frames('aa'))
  const settled = backlog.settled()
  void backlog.accept(frames('bb'))
  const first = mustTake(backlog)
  equal(await isSettled(settled), false)
  backlog.confirm([first])
  await settled
  equal(backlog.retainedFrames, 1)
})

test('an empty delivery is confirmed at once', async () => {
  const backlog = new Backlog()
  await backlog.accept([])
  equal(backlog.isWaiting, false)
})

test('abandoned frames reject their delivery', async () => {
  const backlog = new Backlog()
  const confirmed = backlog.accept(frames('aa'))
  backlog.abandon(new Error('closed'))
  await rejects(confirmed, /closed/)
  deepEqual([backlog.retainedFrames, backlog.isWaiting], [0, false])
})
