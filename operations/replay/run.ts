// Runs a replay to an output: sends, notes its progress in Kafka, and accounts for it.

import { randomUUID } from 'node:crypto'
import { deliverFrames, outletOf } from '@podpipe/forwarder/deliver-frames.ts'
import type { Output } from '@podpipe/forwarder/delivery.ts'
import { namingOf } from '@podpipe/forwarder/frames/naming.ts'
import { toFrame, within } from '@podpipe/forwarder/frames/to-frame.ts'
import type { Frame } from '@podpipe/forwarder/frames/wire.ts'
import { openOutput } from '@podpipe/forwarder/open-output.ts'
import { Pace } from '@podpipe/forwarder/replay/pace.ts'
import { selector } from '@podpipe/forwarder/replay/select.ts'
import { sendAgain } from '@podpipe/forwarder/replay/send-again.ts'
import { isDone, type Share } from '@podpipe/forwarder/replay/share.ts'
import { Window } from '@podpipe/forwarder/replay/window.ts'
import type { PodpipeConfig } from '@podpipe/runtime/config/config.ts'
import type { KafkaClient } from '@podpipe/runtime/kafka/client.ts'
import { openOffsetKeeper, standaloneOffsets } from '@podpipe/runtime/kafka/group/standalone-offsets.ts'
import type { Fetcher } from '@podpipe/runtime/kafka/read/fetcher.ts'
import type { KafkaRecord } from '@podpipe/runtime/kafka/read/record.ts'
import type { Log } from '@podpipe/runtime/log.ts'
import type { Outcome } from '@podpipe/runtime/outcome.ts'
import type { Stop } from '@podpipe/runtime/stop.ts'
import { groupOf } from '@podpipe/schemas/names.ts'
import type { Topics } from '@podpipe/schemas/topics.ts'
import { accountOf, doubledBy, type ReplayAccount } from './account.ts'
import { type Keeping, keepProgress } from './keep.ts'
import type { RunNote, StoredReplay } from './memo.ts'
import type { PeerOutput, ReplayPlan } from './plan.ts'
import { findReplay } from './stored.ts'

/** What one look at a partition hands out at most: the window may be exceeded by so many. */
const portion = 1_000
/** How long the last note may take when somebody has asked to stop, in milliseconds. */
const lastNotePatience = 2_000

export interface Running {
  readonly client: KafkaClient
  readonly config: PodpipeConfig
  readonly fetcher: Fetcher
  readonly topics: Topics
  readonly log: Log
  readonly output: PeerOutput
  readonly name: string
  readonly plan: ReplayPlan
  readonly stored: StoredReplay | undefined
  readonly shares: readonly Share[]
  /** Events a second at most. */
  readonly rate: number | undefined
  /** The first one stops in order, what is on its way is confirmed before; the second one waits for nothing. */
  readonly stop: Stop
  /** Is called when the output is open and the first note made, before the first event; the shares change from then on. */
  readonly onBegin: () => void
}

export interface RunEnd {
  readonly account: ReplayAccount
  /** What broke the run off; undefined where all is sent, or somebody asked to stop. */
  readonly failure: unknown
}

/**
 * Runs until everything is confirmed, or somebody asks to stop.
 * @throws ConfigurationError when the output cannot be used, or the replay does not fit into Kafka's offsets
 */
export async function runReplay(running: Running): Promise<RunEnd> {
  const { client, config, log, name, plan, shares, stored } = running
  const { prefix } = config.kafka
  // What the output may hold unconfirmed, and a stretch more until it is noted.
  const unnoted = config.forwarder.stretchEvents * (running.output.connections + 2)
  const window = new Window(unnoted)
  const run = nextRun(stored, unnoted + portion, running.rate)
  const { output, stopWatching } = openOutput(running.output, { config, log })
  const keeper = await openOffsetKeeper(client, groupOf(prefix, `replay-${name}`))
  const begun = performance.now()
  let end: Ended
  try {
    const keeping = await keepProgress({
      keeper,
      replay: () => ({ name, plan, run, shares }),
      stored: () => findReplay(client, prefix, name),
      resent: () => output.status().resent,
      window,
      log,
    })
    for (const { metadata } of await standaloneOffsets(
      client,
      groupOf(prefix, `forwarder-${running.output.name}`),
    ))
      output.recall(metadata)
    running.onBegin()
    end = await send(running, { output, window, keeping })
  } finally {
    stopWatching()
    await output.close()
    await keeper.close()
  }
  const finished = end.failure === undefined && isDone(shares)
  const sentAgain = output.status().resent
  const account = accountOf(
    { name, plan, shares },
    {
      finished,
      sent: window.sent,
      sentAgain,
      seconds: (performance.now() - begun) / 1_000,
      doubledAtMost: run.doubled + sentAgain + end.unconfirmed,
    },
  )
  return { account, failure: end.failure }
}

interface Ended {
  readonly failure: unknown
  /** Events that were sent, and nobody knows whether they have arrived. */
  readonly unconfirmed: number
}

/** Sends until all is confirmed, somebody asks to stop, or it cannot go on; notes the end. */
async function send(
  { config, fetcher, topics, output: settings, plan, shares, rate, stop }: Running,
  { output, window, keeping }: { output: Output; window: Window; keeping: Keeping },
): Promise<Ended> {
  const failing = new AbortController()
  const outlet = outletOf(output)
  const drain = (): void => void output.drain(stop.giveUp)
  let unconfirmed = 0
  const giveUp = (): void => {
    unconfirmed += output.status().unconfirmedFrames
    void output.close()
  }
  stop.signal.addEventListener('abort', drain, { once: true })
  stop.giveUp.addEventListener('abort', giveUp, { once: true })

  const sending = sendAgain({
    fetcher,
    deliver: (frames, stopping) => deliverFrames(outlet, frames, stopping),
    shares,
    selects: selector(plan),
    decide: decideBy(config, topics, settings),
    pace: new Pace(rate ?? Number.POSITIVE_INFINITY),
    window,
    signal: AbortSignal.any([stop.signal, failing.signal]),
    onSent: drain,
  })
  let failure: unknown
  try {
    await Promise.race([sending, keeping.failed])
  } catch (error) {
    if (!stop.giveUp.aborted) {
      failure = error
      failing.abort(error)
      giveUp()
    }
    await sending.catch(() => undefined)
  }
  try {
    const patience = stop.signal.aborted ? AbortSignal.timeout(lastNotePatience) : stop.giveUp
    await keeping.end(unconfirmed, patience)
  } catch (error) {
    failure ??= error
  }
  return { failure, unconfirmed }
}

/** As the forwarder decides; what it would keep in the rejected topic is there already, and is only counted. */
function decideBy(
  config: PodpipeConfig,
  topics: Topics,
  { name, maxEventBytes }: PeerOutput,
): (record: KafkaRecord) => Outcome<Frame> {
  const naming = namingOf(config)
  const codecs = new Map(
    topics.services.map(service => [topics.unique(service).name, topics.unique(service).codec]),
  )
  return record => {
    const codec = codecs.get(record.topic)
    if (codec === undefined) throw new Error(`Topic ${record.topic} is not one of this replay's.`)
    return within(toFrame(record, codec, naming), maxEventBytes, name)
  }
}

const nextRun = (stored: StoredReplay | undefined, atStake: number, rate: number | undefined): RunNote => ({
  id: randomUUID(),
  beat: stored?.run.beat ?? 0,
  isOpen: true,
  begun: stored?.run.begun ?? Date.now(),
  doubled: stored === undefined ? 0 : doubledBy(stored.run),
  atStake,
  ...(rate !== undefined && { rate }),
})
