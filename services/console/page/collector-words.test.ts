import { equal } from 'node:assert/strict'
import { test } from 'node:test'
import { arrivalText, versionText } from './collector-words.ts'

const run = (revision: number | undefined, version = '1.2.3') => ({
  ...{ service: 'ingest' as const, address: 'a:1', version, sessions: [] },
  ...(revision !== undefined && { revision }),
})

for (const [name, told, version, arrival] of [
  [
    'one of the file',
    { managed_by: 'file', runs: [run(undefined)] },
    'as in the file, podpipe 1.2.3',
    undefined,
  ],
  [
    'arrived',
    { managed_by: 'console', revision: 3, runs: [run(3), run(3)] },
    'revision 3, podpipe 1.2.3',
    undefined,
  ],
  [
    'under way, while podpipe is upgraded',
    { managed_by: 'console', revision: 3, runs: [run(3), run(2, '1.2.2'), run(undefined)] },
    'revision 3, podpipe 1.2.2 and 1.2.3',
    'has arrived in 1 of 3 processes',
  ],
  [
    'nobody answers',
    { managed_by: 'console', revision: 1, runs: [] },
    'revision 1',
    'no process answers that would use it',
  ],
] as const) {
  test(`the version of a collector: ${name}`, () => {
    const given = { ...told, runs: [...told.runs] }
    equal(versionText(given), version)
    equal(arrivalText(given), arrival)
  })
}
