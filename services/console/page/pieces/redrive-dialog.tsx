// Before rejects are sent again: how many, where to, and why some are left out.

import type { RedriveAccount } from '@podpipe/operations/rejected/redrive-account.ts'
import { unknownCluster } from '@podpipe/operations/rejected/unknown-cluster.ts'
import { useEffect, useState } from 'preact/hooks'
import { useActing } from '../acting.ts'
import { ask } from '../api.ts'
import { hashOf } from '../place.ts'
import { count, counted } from '../words.ts'
import { Dialog } from './dialog.tsx'
import { RefusalNotice } from './refusal-notice.tsx'
import '../styles/event.css'

/** Which rejects; what is empty means all. */
export interface RedriveWish {
  readonly numbers?: readonly number[]
  readonly reason: string
  readonly service: string
  readonly from: string
  readonly to: string
}

interface Preview {
  readonly account: RedriveAccount
  /** Not, where there were more than could be counted in some seconds. */
  readonly isWhole: boolean
}

export interface RedriveDialogProps {
  readonly wish: RedriveWish
  readonly onClose: () => void
  readonly onBegun: () => void
}

export function RedriveDialog({ wish, onClose, onBegun }: RedriveDialogProps) {
  const [preview, setPreview] = useState<Preview>()
  const [cluster, setCluster] = useState('')
  const looking = useActing()
  const beginning = useActing()
  const body = { ...bodyOf(wish), ...(cluster !== '' && { cluster }) }
  useEffect(() => {
    void looking.act(async () =>
      setPreview(await ask<Preview>('rejected/redrive/preview', { method: 'POST', body })),
    )
  }, [cluster])
  const begin = async (): Promise<void> => {
    const isBegun = await beginning.act(() => ask('rejected/redrive', { method: 'POST', body }))
    if (isBegun) onBegun()
  }
  const sends = preview?.account.redriven ?? 0
  return (
    <Dialog title="Send again" onClose={onClose}>
      <RefusalNotice refused={looking.refused ?? beginning.refused} />
      {preview === undefined ? (
        looking.isActing && <p class="empty">Counting what would be sent …</p>
      ) : (
        <PreviewText preview={preview} />
      )}
      {(cluster !== '' || preview?.account.leftOut[unknownCluster] !== undefined) && (
        <label>
          <span>Their cluster</span>
          <input
            name="cluster"
            placeholder="cluster_id of an input"
            autocomplete="off"
            onChange={event => setCluster(event.currentTarget.value.trim())}
          />
        </label>
      )}
      <div class="row">
        <span class="spacer" />
        <button type="button" onClick={onClose}>
          Cancel
        </button>
        <button type="button" class="primary" disabled={sends === 0 || beginning.isActing} onClick={begin}>
          {sends === 0 ? 'Send again' : `Send ${preview?.isWhole ? '' : 'at least '}${count(sends)} again`}
        </button>
      </div>
    </Dialog>
  )
}

function PreviewText({ preview: { account, isWhole } }: { preview: Preview }) {
  const { found, redriven } = account
  return (
    <>
      <p>
        <strong>
          {isWhole ? '' : 'At least '}
          {count(redriven)} of {counted(found, 'reject')}
        </strong>{' '}
        {redriven === 1 ? 'goes' : 'go'} through the whole path once more, to dedup and to every output that
        takes them. What dedup still knows within its window it drops; what is still bad it rejects anew.
      </p>
      {!isWhole && <p class="soft">There are more than could be counted in ten seconds.</p>}
      <AccountDetails account={account} />
    </>
  )
}

/** Where they go, and why others are left out. */
export function AccountDetails({ account: { topics, leftOut, outputs } }: { account: RedriveAccount }) {
  return (
    <ul class="account">
      {Object.entries(topics).map(([topic, each]) => (
        <li key={topic}>
          {count(each)} to <code>{topic}</code>
        </li>
      ))}
      {Object.entries(leftOut).map(([why, each]) => (
        <li key={why}>
          <span class="step tone-warn">left out</span> {count(each)}: {why}
        </li>
      ))}
      {outputs.map(({ output, rejects, from, to, ids }) => (
        <li key={output}>
          <span class="step tone-warn">left out</span> {count(rejects)}: the other outputs have what {output}{' '}
          did not take. Raise its max_event_bytes, and{' '}
          <a href={hashOf({ screen: 'replay', settings: { output, from, to, ids: ids.join('\n') } })}>
            replay them to it alone
          </a>
          .
        </li>
      ))}
    </ul>
  )
}

function bodyOf({ numbers, reason, service, from, to }: RedriveWish): Record<string, unknown> {
  const given = Object.entries({ reason, service, from, to }).filter(([, value]) => value !== '')
  // Numbers say it all: a filter that has moved on since must not leave any of them out.
  return numbers === undefined ? Object.fromEntries(given) : { numbers }
}
