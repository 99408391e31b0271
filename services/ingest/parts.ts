// What the live and the archive side of a stream share.

import type { Input, InputService } from '@podpipe/runtime/config/config.ts'
import type { PlainProducer } from '@podpipe/runtime/kafka/write/producer.ts'
import type { Context } from '@podpipe/runtime/service.ts'
import type { Service } from '@podpipe/schemas/service.ts'
import type { ApiKeys } from './api-keys.ts'
import type { Diary } from './diary/diary.ts'
import type { Progress } from './progress.ts'
import type { Roots } from './roots.ts'

export interface Parts {
  readonly context: Context
  readonly producer: PlainProducer
  readonly input: Input
  readonly keys: ApiKeys
  readonly roots: Roots
  readonly settings: InputService
  /** The stream in metrics and log lines. */
  readonly labels: { readonly cluster: string; readonly service: Service }
  readonly sessionKey: string
  readonly progress: Progress
  readonly diary: Diary
}
