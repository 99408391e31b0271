// A folder of a test's own.

import { randomBytes } from 'node:crypto'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import { fileURLToPath } from 'node:url'
import { atEnd } from './at-end.ts'

const folder = fileURLToPath(new URL('../../.podpipe/', import.meta.url))

/** Names a folder that does not exist yet; it is removed when the test ends. */
export function testDirectory(t: TestContext): string {
  const directory = join(folder, `test-${randomBytes(4).toString('hex')}`)
  atEnd(t, () => rm(directory, { recursive: true, force: true }))
  return directory
}
