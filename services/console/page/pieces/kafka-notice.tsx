// Says on screens that are answered from Kafka that the console is without it: a question to it then waits for long.

import type { Picture } from '@podpipe/operations/picture/picture.ts'
import { Said } from './said.tsx'

export function KafkaNotice({ trouble }: { trouble: Picture['troubles'][number] | undefined }) {
  return (
    <div role="status">
      {trouble !== undefined && (
        <p class="notice notice-bad">
          <strong>{trouble.symptom}.</strong> What is asked here waits, and goes on by itself.{' '}
          <Said text={trouble.action} /> <a href="#/flow">What else is not well</a>
        </p>
      )}
    </div>
  )
}
