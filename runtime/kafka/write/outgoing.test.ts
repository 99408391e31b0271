import { deepEqual } from 'node:assert/strict'
import { test } from 'node:test'
import { inRequests } from './outgoing.ts'

test('what goes to one partition is cut so that each request stays below the largest batch', () => {
  const mebibyte = 1024 * 1024
  const sizesOf = (mebibytes: number[]): number[][] =>
    inRequests(mebibytes.map(size => ({ value: Buffer.alloc(size * mebibyte) }))).map(request =>
      request.map(({ value }) => (value?.length ?? 0) / mebibyte),
    )
  deepEqual(sizesOf([]), [])
  deepEqual(sizesOf([3, 4, 1]), [[3, 4, 1]])
  deepEqual(sizesOf([3, 4, 2, 9, 1, 7]), [[3, 4], [2], [9], [1, 7]])
})
