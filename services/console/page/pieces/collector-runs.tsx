// Which processes of podpipe work with which version of a collector.

import type { CollectorAnswer } from '../../api/collectors-schema.ts'
import { Moment } from './moment.tsx'
import { Scroll } from './scroll.tsx'

export function CollectorRuns({ collector }: { collector: CollectorAnswer }) {
  const { managed_by, revision, runs } = collector
  return (
    <>
      <h3>Version</h3>
      {runs.length === 0 ? (
        <p class="empty">No process answers that would use it.</p>
      ) : (
        <Scroll name="Processes that use it">
          <table>
            <thead>
              <tr>
                <th scope="col">Process</th>
                <th scope="col">podpipe</th>
                <th scope="col">{managed_by === 'file' ? 'File as read at' : 'Revision'}</th>
                <th scope="col">Sessions</th>
              </tr>
            </thead>
            <tbody>
              {runs.map(run => (
                <tr key={run.address}>
                  <th scope="row">
                    {run.service} <span class="soft">{run.address}</span>
                  </th>
                  <td>{run.version}</td>
                  <td>
                    {managed_by === 'file' ? (
                      run.read_at === undefined ? (
                        '–'
                      ) : (
                        <Moment at={run.read_at} />
                      )
                    ) : run.revision === revision ? (
                      revision
                    ) : (
                      <span class="tone tone-warn">
                        ▲ {run.revision ?? 'none'}; {revision} has not arrived
                      </span>
                    )}
                  </td>
                  <td>{run.sessions.length === 0 ? '–' : run.sessions.join(', ')}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </Scroll>
      )}
    </>
  )
}
