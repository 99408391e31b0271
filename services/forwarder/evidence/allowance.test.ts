import { deepEqual } from 'node:assert/strict'
import { test } from 'node:test'
import { type Doubt, roomsOf, stretchLimitsOf } from './allowance.ts'

const MiB = 1024 * 1024
const limits = { stretchEvents: 400, stretchBytes: 1.5 * MiB, stretchMs: 2_000 }
const endless = Number.POSITIVE_INFINITY

for (const [name, more, rooms] of [
  ['as it comes', {}, [2_000, 7.5 * MiB, endless, 9 * MiB]],
  ['with one connection', { outstanding: 1 }, [800, 3 * MiB, endless, 9 * MiB]],
  ['with large stretches', { stretchBytes: 4 * MiB }, [2_000, 8 * MiB, endless, 9 * MiB]],
  ['with little memory', { maxBufferedBytes: 2 * MiB }, [2_000, 2 * MiB, endless, 2 * MiB]],
] as const)
  test(`room ${name}: usually, and while it is tried whether a silent peer reads`, () => {
    const { none, asked, tried } = roomsOf({ ...limits, ...more })
    deepEqual([none.frames, none.bytes, tried.frames, tried.bytes], rooms)
    deepEqual(asked, none)
  })

for (const [name, doubt, waiting, carries] of [
  ['a peer that answers', 'none', 20 * MiB, [400, 1.5 * MiB]],
  ['a silent one', 'asked', 20 * MiB, [1, 1.5 * MiB]],
  ['one that is to be seen to read, with little to send', 'tried', 9 * MiB - 1, [1, 1.5 * MiB]],
  ['one that is to be seen to read, with enough to send', 'tried', 9 * MiB, [endless, 9 * MiB]],
] satisfies [string, Doubt, number, number[]][])
  test(`what a stretch for ${name} carries`, () => {
    const { stretchEvents, stretchBytes } = stretchLimitsOf(limits, doubt, waiting)
    deepEqual([stretchEvents, stretchBytes], carries)
  })
