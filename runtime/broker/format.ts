// Formats the broker's data folder, once: a KRaft node refuses to start on a folder without cluster id.

import { randomBytes } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Jvm } from './jvm.ts'

/** Starts Kafka's StorageTool with these arguments in the broker's directory. */
export type RunStorageTool = (args: readonly string[]) => Jvm

/**
 * Formats the data folder unless that is done, and returns its cluster id.
 * An interrupted format is simply done again: meta.properties is the last thing it writes.
 * Throws Error with the tool's last words when it fails, and the signal's reason when it is aborted.
 */
export async function formatOnce(
  directory: string,
  run: RunStorageTool,
  signal?: AbortSignal,
): Promise<string> {
  const formatted = readClusterId(directory)
  if (formatted !== undefined) return formatted
  signal?.throwIfAborted()
  const cluster = newClusterId()
  const tool = run(['format', '-t', cluster, '-c', 'server.properties', '--ignore-formatted'])
  const abort = () => tool.kill()
  signal?.addEventListener('abort', abort)
  const exit = await tool.exited
  signal?.removeEventListener('abort', abort)
  signal?.throwIfAborted()
  if (exit.code === 0) return readClusterId(directory) ?? cluster
  throw new Error(
    `Kafka's StorageTool could not format ${join(directory, 'data')} ` +
      `(exit code ${exit.code ?? exit.signal}). Its last words: ${exit.lastWords.join('\n')}`,
  )
}

/** Kafka's form of a cluster id: 16 bytes in base64url. The first bit is 0: a leading dash looks like an option. */
function newClusterId(): string {
  const bytes = randomBytes(16)
  bytes.writeUInt8(bytes.readUInt8(0) & 0x7f, 0)
  return bytes.toString('base64url')
}

function readClusterId(directory: string): string | undefined {
  const file = join(directory, 'data', 'meta.properties')
  if (!existsSync(file)) return undefined
  const id = /^cluster\.id=(.+)$/m.exec(readFileSync(file, 'utf8'))?.[1]?.trim()
  // Java escapes these two characters when it writes a properties file.
  return id?.replaceAll('\\=', '=').replaceAll('\\:', ':')
}
