import { deepEqual, equal } from 'node:assert/strict'
import { test } from 'node:test'
import { Window } from './window.ts'

test('so much is sent beyond what is noted, and one portion more, however many wait', async () => {
  const window = new Window(100)
  let taken = 0
  const takers = Array.from({ length: 8 }, async () => {
    for (let n = 0; n < 5; n++) if (await window.take(30)) taken += 30
  })
  const seen: number[] = []
  let noted = 0
  let isOver = false
  void Promise.all(takers).then(() => {
    isOver = true
  })
  while (!isOver) {
    await Promise.race([window.full, Promise.all(takers)])
    await new Promise(setImmediate)
    seen.push(window.sent - noted)
    noted = window.sent
    window.note(noted)
    await new Promise(setImmediate)
  }
  equal(taken, 8 * 5 * 30)
  equal(Math.max(...seen), 120)
})

test('who waits when the window is closed takes nothing, and neither does who comes later', async () => {
  const window = new Window(10)
  const first = await window.take(10)
  const second = window.take(1)
  await window.full
  window.close()
  deepEqual([first, await second, await window.take(1), window.sent], [true, false, false, 10])
})
