// For tests: a consumer that exists only here, and behaves as kafkajs's does when things go wrong.

import { EventEmitter } from 'node:events'
import type { ConsumerConfig } from 'kafkajs'

export interface Script {
  /** What `run` does; joins by default. */
  run?: (consumer: FakeConsumer) => void
  /** Whether a commit reaches the broker; kafkajs resolves either way when its consumer is not running. */
  running?: boolean
  subscribe?: () => Promise<void>
  disconnect?: () => Promise<void>
}

export class FakeConsumer extends EventEmitter {
  readonly events = { GROUP_JOIN: 'join', CRASH: 'crash', COMMIT_OFFSETS: 'commit' }
  readonly calls: string[] = []
  /** What was committed, as partition@offset. */
  readonly committed: string[] = []
  /** And the notes with it. */
  readonly notes: string[] = []
  script: Script
  config: ConsumerConfig | undefined

  constructor(script: Script) {
    super()
    this.script = script
  }

  async connect() {
    this.calls.push('connect')
  }

  async subscribe() {
    await this.script.subscribe?.()
  }

  async run() {
    const { run = (consumer: FakeConsumer) => consumer.join({ raw: [0, 2] }) } = this.script
    run(this)
  }

  join(memberAssignment: Record<string, number[]>) {
    this.emit('join', { payload: { memberAssignment } })
  }

  pause() {
    this.calls.push('pause')
  }

  async commitOffsets(offsets: readonly { partition: number; offset: string; metadata: string }[]) {
    this.calls.push('commit')
    if (!(this.script.running ?? true)) return
    this.committed.push(...offsets.map(({ partition, offset }) => `${partition}@${offset}`))
    this.notes.push(...offsets.map(({ metadata }) => metadata))
    this.emit('commit', {})
  }

  async disconnect() {
    this.calls.push('disconnect')
    await this.script.disconnect?.()
  }
}
