import { deepEqual, equal } from 'node:assert/strict'
import { test } from 'node:test'
import { setImmediate as turn } from 'node:timers/promises'
import type { Picture } from '@podpipe/operations/picture/picture.ts'
import { createPictures } from './pictures.ts'

/** Pictures that are taken when the test says so. */
function gathering(lately?: string) {
  const wanted: ((picture: Picture) => void)[] = []
  const ending = new AbortController()
  const pictures = createPictures(
    () => new Promise(resolve => wanted.push(resolve)),
    0,
    ending.signal,
    () => (lately === undefined ? undefined : ({ at: lately } as Picture)),
  )
  return {
    pictures,
    wanted,
    end: () => ending.abort(),
    take: (at: string) => wanted.at(-1)?.({ at } as Picture),
  }
}

const settle = async (): Promise<void> => {
  for (let each = 0; each < 8; each++) await turn()
}

test('nobody looks: nothing is taken; two look: one picture for both, the same text', async t => {
  const { pictures, wanted, take, end } = gathering()
  t.after(end)
  await settle()
  equal(wanted.length, 0)
  const seen: string[] = []
  pictures.follow(text => seen.push(text))
  pictures.follow(text => seen.push(text))
  equal(wanted.length, 1)
  take('1')
  await settle()
  deepEqual(seen, ['{"at":"1"}', '{"at":"1"}'])
})

test('who comes later gets the last picture at once', async t => {
  const { pictures, take, end } = gathering()
  t.after(end)
  pictures.follow(() => undefined)
  take('1')
  await settle()
  const seen: string[] = []
  pictures.follow(text => seen.push(text))
  deepEqual(seen, ['{"at":"1"}'])
})

test('when the last one has left it ends, and begins anew with the next', async t => {
  const { pictures, wanted, take, end } = gathering()
  t.after(end)
  const leave = pictures.follow(() => undefined)
  leave()
  take('1')
  await new Promise(resolve => setTimeout(resolve, 20))
  equal(wanted.length, 1)
  const seen: string[] = []
  pictures.follow(text => seen.push(text))
  equal(wanted.length, 2)
  take('2')
  await settle()
  deepEqual(seen, ['{"at":"2"}'])
})

test('who comes first sees what was taken lately for another end, and then the next', async t => {
  const { pictures, take, end } = gathering('0')
  t.after(end)
  const seen: string[] = []
  pictures.follow(text => seen.push(text))
  take('1')
  await settle()
  deepEqual(seen, ['{"at":"0"}', '{"at":"1"}'])
})
