// How long the certificates of an output last.

import type { OutputView } from '@podpipe/operations/picture/output-view.ts'

const soon = 30
const names: Readonly<Record<string, string>> = { cert: 'client certificate', chain: 'chain' }

export function Certificates({ certificates }: { certificates: OutputView['certificates'] }) {
  return (
    <>
      <dt>Certificates</dt>
      <dd>
        {certificates.map(({ file, days }) => (
          <p key={file}>
            {days <= soon && (
              <span class="tone tone-bad">
                <span aria-hidden="true">▲</span>{' '}
              </span>
            )}
            {names[file] ?? file}: {days > 0 ? `${Math.floor(days)} days left` : 'has ended'}
          </p>
        ))}
      </dd>
    </>
  )
}
