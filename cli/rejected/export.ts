// Rejects as lines of JSON into a file or onto the standard output.

import { once } from 'node:events'
import { createWriteStream, statSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { finished } from 'node:stream/promises'
import { ConfigurationError } from '@podpipe/runtime/errors.ts'
import { WriteFailure, writeFault } from '../printing.ts'

/**
 * Writes lines as fast as they are taken.
 * @param file undefined for the standard output; one that exists is refused
 * @returns how many were written
 * @throws WriteFailure when the disk is full or the like; what was written of a file is removed
 */
export async function exportLines(lines: AsyncIterable<string>, file: string | undefined): Promise<number> {
  const isOwn = file !== undefined && !isDevice(file)
  const target = file === undefined ? process.stdout : createWriteStream(file, { flags: isOwn ? 'wx' : 'w' })
  let failure: NodeJS.ErrnoException | undefined
  let opened = file === undefined
  target.on('open', () => {
    opened = true
  })
  target.on('error', (error: NodeJS.ErrnoException) => {
    failure ??= error
  })
  let count = 0
  for await (const line of lines) {
    if (failure !== undefined) break
    if (!target.write(`${line}\n`))
      await Promise.race([once(target, 'drain'), once(target, 'close')]).catch(() => undefined)
    count++
  }
  if (file !== undefined) {
    target.end()
    await finished(target).catch(() => undefined)
  }
  if (failure === undefined) return count
  if (failure.code === 'EEXIST') {
    throw new ConfigurationError(`${file} exists already. Name a file that does not, or remove it first.`)
  }
  // Half an export would pass for a whole one.
  if (isOwn && opened && file !== undefined) await rm(file, { force: true })
  throw new WriteFailure(writeFault(file ?? 'the standard output', failure), failure)
}

function isDevice(file: string): boolean {
  const found = statSync(file, { throwIfNoEntry: false })
  return found !== undefined && !found.isFile()
}
