// What flows: from the sessions to the outputs, with how much goes through and how much waits.

import { count, rate } from '../words.ts'
import type { ScreenProps } from './screens.ts'

export function Flow({ picture }: ScreenProps) {
  if (picture === undefined) return <p class="empty">Waiting for the first picture of the services …</p>
  const { sessions, dedup, outputs } = picture
  return (
    <table>
      <thead>
        <tr>
          <th scope="col">Part</th>
          <th scope="col">events/s</th>
          <th scope="col">behind</th>
        </tr>
      </thead>
      <tbody>
        {sessions.map(each => (
          <tr key={each.name}>
            <th scope="row">{each.name}</th>
            <td>{rate(each.in)}</td>
            <td>–</td>
          </tr>
        ))}
        {dedup.map(each => (
          <tr key={each.name}>
            <th scope="row">{each.name}</th>
            <td>{rate(each.unique)}</td>
            <td>{count(each.lag)}</td>
          </tr>
        ))}
        {outputs.map(each => (
          <tr key={each.name}>
            <th scope="row">{each.name}</th>
            <td>{rate(each.delivered)}</td>
            <td>{count(each.lag)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}
