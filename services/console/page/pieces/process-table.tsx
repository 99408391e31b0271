// The processes that the console watches.

import type { Picture } from '@podpipe/operations/picture/picture.ts'
import { bytes } from '../words.ts'
import { HealthBadge } from './health-badge.tsx'
import { Scroll } from './scroll.tsx'

export function ProcessTable({ picture }: { picture: Picture }) {
  return (
    <Scroll name="Processes">
      <table>
        <thead>
          <tr>
            <th scope="col">Service</th>
            <th scope="col">Address</th>
            <th scope="col">State</th>
            <th scope="col" class="number">
              CPU
            </th>
            <th scope="col" class="number">
              Memory
            </th>
          </tr>
        </thead>
        <tbody>
          {picture.processes.map(({ name, address, health, cpuPercent, memoryBytes }) => (
            <tr key={address}>
              <th scope="row">{name}</th>
              <td>{address}</td>
              <td>
                <HealthBadge health={health} />
              </td>
              <td class="number">{cpuPercent === null ? '–' : `${cpuPercent.toFixed(0)} %`}</td>
              <td class="number">{memoryBytes === null ? '–' : bytes(memoryBytes)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </Scroll>
  )
}
