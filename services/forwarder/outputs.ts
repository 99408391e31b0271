// Which outputs run: those that the configuration has now. One that changes drains and leaves its consumer group before its
// successor joins it, so that the successor goes on at the offset where it ended; the others do not notice.

import { outputBasis } from '@podpipe/runtime/config/changes.ts'
import type { Output, PodpipeConfig } from '@podpipe/runtime/config/config.ts'
import { ConfigurationError, reasonOf } from '@podpipe/runtime/errors.ts'
import type { PlainProducer } from '@podpipe/runtime/kafka/write/producer.ts'
import type { Trouble } from '@podpipe/runtime/readiness.ts'
import type { Context } from '@podpipe/runtime/service.ts'
import { partOf } from '@podpipe/runtime/stop.ts'
import { forgetGauges } from './observe.ts'
import { runOutput } from './run-output.ts'

interface Running {
  readonly basis: string
  /** Drains it, for as long as a stop may take, and ends it. */
  readonly end: () => void
  readonly done: Promise<void>
}

/** Runs the outputs, as the configuration moves, until the stop signal fires and all have ended. */
export async function runOutputs(context: Context, rejects: PlainProducer): Promise<void> {
  const { live, log, metrics, stop, readiness } = context
  const running = new Map<string, Running>()
  const failed = Promise.withResolvers<void>()
  // One output that cannot go on ends the service, and with it the others in order: left to themselves they
  // would go on without health, metrics and the connections that are closed then.
  failed.promise.catch(error => stop.request(reasonOf(error)))

  /** It is not what the configuration asks for any more, or cannot be: the next look at it begins anew. */
  const forsake = (name: string): void => {
    const known = running.get(name)
    if (known !== undefined) running.set(name, { ...known, basis: '' })
  }

  const begin = (
    settings: Output,
    config: PodpipeConfig,
    after: Promise<void>,
    isFirst: boolean,
  ): Running => {
    const { stop: own, end } = partOf(stop, config.stopBudgetMs)
    const run = async (): Promise<void> => {
      await after
      if (own.signal.aborted) return
      try {
        await runOutput(
          settings,
          { ...context, config: { ...context.config, forwarder: config.forwarder }, stop: own },
          rejects,
        )
      } catch (error) {
        // What cannot begin after a change does not end what runs; at the start nobody would notice the half that is missing.
        if (isFirst || !(error instanceof ConfigurationError)) throw error
        log.error(
          { output: settings.name, reason: reasonOf(error) },
          `output ${settings.name} cannot run as it is configured now; the others go on. Correct the configuration; it is read again by itself`,
        )
        readiness.set(settings.name, cannotRun(reasonOf(error)))
        forsake(settings.name)
      }
    }
    const done = run()
    done.catch(failed.reject)
    return { basis: outputBasis(settings, config), end, done }
  }

  const settle = (config: PodpipeConfig, isFirst: boolean): void => {
    const wanted = new Map(config.outputs.filter(({ enabled }) => enabled).map(each => [each.name, each]))
    for (const [name, { basis, end, done }] of running) {
      const settings = wanted.get(name)
      if (settings !== undefined && outputBasis(settings, config) === basis) continue
      end()
      forsake(name)
      if (settings !== undefined) continue
      // What was told of it must not stand for ever.
      void done
        .catch(() => undefined)
        .then(() => {
          if (running.get(name)?.done !== done) return
          running.delete(name)
          for (const part of [name, `${name} cert`, `${name} chain`]) readiness.forget(part)
          forgetGauges(name, metrics)
        })
    }
    if (stop.signal.aborted) return
    for (const [name, settings] of wanted) {
      const current = running.get(name)
      if (current?.basis === outputBasis(settings, config)) continue
      running.set(
        name,
        begin(settings, config, current?.done.catch(() => undefined) ?? Promise.resolve(), isFirst),
      )
    }
  }

  settle(live.current, true)
  live.onChange(config => settle(config, false))
  stop.signal.addEventListener('abort', () => failed.resolve(), { once: true })
  if (stop.signal.aborted) failed.resolve()
  try {
    await failed.promise
  } finally {
    await Promise.allSettled([...running.values()].map(({ done }) => done))
  }
  for (const { done } of running.values()) await done
}

const cannotRun = (cause: string): Trouble => ({
  symptom: 'not running',
  impact: 'Its events wait in Kafka, which keeps them for 7 days; other outputs go on.',
  cause,
  action: 'Correct the configuration; it is read again by itself.',
})
