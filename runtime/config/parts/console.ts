// The part `console` of the file. Pure.

import type { ConsoleSettings } from '../config.ts'
import type { consoleKeys } from '../schema/console.ts'
import type { Values } from '../schema/shape.ts'

/** The settings of the console. */
export function readConsole({ base_path, ...values }: Values<typeof consoleKeys>): ConsoleSettings {
  return { ...values, basePath: base_path }
}
