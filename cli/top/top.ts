// `podpipe top`: what goes in and out just now, on a whole screen that follows it.

import { setTimeout as sleep } from 'node:timers/promises'
import { figuresOf, type Look } from '@podpipe/operations/figures/figures.ts'
import { lookAt } from '@podpipe/operations/figures/look.ts'
import { placesOf, type StatusPlace } from '@podpipe/operations/status/places.ts'
import { shownTime } from '@podpipe/operations/times.ts'
import { type FileNames, readConfig } from '@podpipe/runtime/config/read.ts'
import { ConfigurationError } from '@podpipe/runtime/errors.ts'
import { listenForSignals } from '@podpipe/runtime/signals.ts'
import { Command, InvalidArgumentError } from 'commander'
import { atOption, configOption, outputOption } from '../common-options.ts'
import { screenOf } from './screen.ts'
import { openScreen } from './terminal.ts'
import { afterKey, firstView, keysIn } from './view.ts'

interface Options {
  readonly config?: FileNames
  readonly at: readonly string[]
  readonly interval: number
  readonly output: 'text' | 'json'
}

export function topCommand(): Command {
  return new Command('top')
    .description('what goes in and out just now, on a whole screen that follows it')
    .addOption(configOption())
    .addOption(atOption())
    .option('--interval <seconds>', 'between two looks', parseInterval, 1_000)
    .addOption(outputOption('a screen, or the figures of one interval as JSON'))
    .addHelpText(
      'after',
      `
Keys: q quits; s sorts by name, rate or lag; / shows only rows with a text in their name; p pauses; arrows and page keys scroll.

Examples:
  podpipe top --config config/config.yaml
  podpipe top --config config/config.yaml --interval 10 -o json`,
    )
    .action(async ({ config: file, at, interval, output }: Options) => {
      const places = placesOf(readConfig(file, process.env), at)
      if (output === 'json') return printOnce(places, interval)
      if (!process.stdin.isTTY || !process.stdout.isTTY) {
        throw new ConfigurationError(
          'podpipe top draws on a terminal, and there is none here. Take podpipe status, or podpipe top -o json.',
        )
      }
      await follow(places, interval)
    })
}

async function printOnce(places: readonly StatusPlace[], interval: number): Promise<void> {
  const before = await lookAt(places)
  await sleep(interval)
  process.stdout.write(`${JSON.stringify(figuresOf(await lookAt(places), before))}\n`)
}

async function follow(places: readonly StatusPlace[], interval: number): Promise<void> {
  const ending = new AbortController()
  let view = firstView
  let figures: ReturnType<typeof figuresOf> | undefined
  let time = ''
  const draw = (): void => {
    if (figures === undefined) return
    const { columns, rows } = screen
    screen.draw(screenOf(figures, view, { columns, rows, time }))
  }
  const onKeys = (text: string): void => {
    for (const key of keysIn(text)) {
      const next = afterKey(view, key)
      if (next === undefined) {
        ending.abort()
        return
      }
      view = next
    }
    draw()
  }
  const screen = openScreen(onKeys, draw)
  listenForSignals(
    () => ending.abort(),
    () => process.exit(130),
  )
  let before: Look | undefined
  try {
    while (!ending.signal.aborted) {
      const begun = performance.now()
      if (!view.paused) {
        const now = await lookAt(places)
        figures = figuresOf(now, before)
        before = now
        time = shownTime(Math.floor(Date.now() / 1_000) * 1_000)
      }
      draw()
      const rest = Math.max(0, interval - (performance.now() - begun))
      await sleep(rest, undefined, { signal: ending.signal }).catch(() => undefined)
    }
  } finally {
    screen.close()
  }
}

function parseInterval(text: string): number {
  const seconds = Number(text)
  if (!/^\d+(\.\d+)?$/.test(text) || seconds < 0.2 || seconds > 3_600)
    throw new InvalidArgumentError('give seconds from 0.2 to 3600')
  return seconds * 1_000
}
