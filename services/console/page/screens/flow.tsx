// What flows: from the sessions to the outputs, with how much goes through and how much waits; whether the account closes;
// what is not well; and how it was.

import { Balance } from '../pieces/balance.tsx'
import { FlowCharts } from '../pieces/flow-charts.tsx'
import { Pipeline } from '../pieces/pipeline.tsx'
import { ProcessTable } from '../pieces/process-table.tsx'
import { TroubleList } from '../pieces/trouble-list.tsx'
import type { ScreenProps } from './screens.ts'

export function Flow({ picture, place }: ScreenProps) {
  if (picture === undefined) return <p class="empty">Waiting for the first picture of the services …</p>
  return (
    <>
      <Pipeline picture={picture} />
      <section class="card">
        <h2>What is not well</h2>
        <TroubleList picture={picture} />
      </section>
      <section class="card">
        <h2>Does the account close?</h2>
        <Balance account={picture.account} />
      </section>
      <FlowCharts picture={picture} range={place.settings.minutes ?? ''} />
      <section class="card">
        <h2>Processes</h2>
        <ProcessTable picture={picture} />
      </section>
    </>
  )
}
