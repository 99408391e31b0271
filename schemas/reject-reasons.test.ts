// The list of reasons and what is written about it are the same list.

import { deepEqual } from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { rejectReasons } from './reject-reasons.ts'

const read = (file: string): string => readFileSync(new URL(file, import.meta.url), 'utf8')

test('docs/rejected.md has a row for each reason, and for no other', () => {
  const rows = [...read('../docs/rejected.md').matchAll(/^\| `(\w+)` \|/gm)].map(([, reason]) => reason)
  deepEqual(rows, [...rejectReasons])
})

test('the schema of the rejected topic names them all', () => {
  const { fields } = JSON.parse(read('./avro/rejected.avsc'))
  const { doc } = fields.find(({ name }: { name: string }) => name === 'reason')
  deepEqual(/: ([\w, ]+)$/.exec(doc)?.[1]?.split(', '), [...rejectReasons])
})
