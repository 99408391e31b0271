// Whether Kafka keeps the ledger for as long as the windows need it. Pure.

import { durationText } from '@podpipe/runtime/config/values/units.ts'
import type { EffectiveSettings } from '@podpipe/runtime/kafka/administration/effective-settings.ts'
import type { Topics } from '@podpipe/schemas/topics.ts'

/**
 * What is wrong with how the topics are kept, as sentences. dedup may be as far behind as raw reaches and looks
 * back a window from there, so the ledger has to be kept for both together. Were it shorter, a recovery would
 * miss ids that are still within the window; gone altogether, all that lies in raw would be published again.
 * @param longestWindow in milliseconds
 */
export function retentionFaults(
  topics: Pick<Topics, 'services' | 'raw' | 'seen'>,
  settings: EffectiveSettings,
  longestWindow: number,
): string[] {
  return topics.services.flatMap(service => {
    const [raw, seen] = [topics.raw(service).name, topics.seen(service).name]
    const kept = durationOf(settings.get(seen)?.get('retention.ms'))
    const rawKept = durationOf(settings.get(raw)?.get('retention.ms'))
    const bound = settings.get(seen)?.get('retention.bytes') ?? '-1'
    const faults: string[] = []
    if (kept < rawKept + longestWindow) {
      faults.push(
        `Topic ${seen} keeps the ledger for ${text(kept)}, and it is needed for ${text(rawKept + longestWindow)}: as long as ${raw} keeps records (${text(rawKept)}), and the longest window of dedup on top (${text(longestWindow)}). Copies of events would be published once it has forgotten them. Let it be set with: podpipe topics apply, or set its retention.ms to ${setting(rawKept + longestWindow)}; or make dedup.window and dedup.archive_window shorter.`,
      )
    }
    if (bound !== '-1') {
      faults.push(
        `Topic ${seen} is cut at ${bound} bytes a partition (retention.bytes), and the ledger in it must be kept by time alone: what dedup has forgotten would be published again. Let it be set with: podpipe topics apply.`,
      )
    }
    return faults
  })
}

// Without a value nothing is known against it; -1 is for ever.
const durationOf = (value: string | undefined): number =>
  value === undefined || Number(value) < 0 ? Number.POSITIVE_INFINITY : Number(value)

const text = (duration: number): string => (Number.isFinite(duration) ? durationText(duration) : 'ever')

const setting = (duration: number): string => (Number.isFinite(duration) ? `${duration} or more` : '-1')
