// The frame around every screen: where one can go, how podpipe is, whether the page is still in touch, who one is, dark or light.

import type { Picture } from '@podpipe/operations/picture/picture.ts'
import { useEffect, useRef, useState } from 'preact/hooks'
import type { Right } from '../access/rights.ts'
import type { WhoAmI } from '../api/access-schema.ts'
import { AwayNow, type Connection, followPicture } from './live.ts'
import { ConnectionNotice } from './pieces/connection-notice.tsx'
import { HealthBadge, shapes } from './pieces/health-badge.tsx'
import { KafkaNotice } from './pieces/kafka-notice.tsx'
import { ThemeChoice } from './pieces/theme-choice.tsx'
import { WhoBadge } from './pieces/who-badge.tsx'
import { hashOf, type Place } from './place.ts'
import { screens } from './screens/screens.ts'
import { useMay, useStay } from './who.ts'

interface Props {
  readonly place: Place
  readonly known: WhoAmI
  /** Whether the person is signed in now, and not only has been. */
  readonly isIn: boolean
  /** The stream of pictures broke off, perhaps since the session has ended. */
  readonly onLost: () => void
  readonly onSignedOut: (known: WhoAmI) => void
}

const NotAllowed = ({ right }: { right: Right }) => (
  <p class="notice notice-warn">
    {right === 'content'
      ? 'The content of events is not shown to you.'
      : `This screen is for ${right === 'admin' ? 'admins' : `${right}s and admins`}.`}{' '}
    Ask an admin for the right, or sign in as somebody who has it.
  </p>
)

export function Frame({ place, known, isIn, onLost, onSignedOut }: Props) {
  const may = useMay()
  const [picture, setPicture] = useState<Picture>()
  const [connection, setConnection] = useState<Connection>('connecting')
  useEffect(
    () => (isIn ? followPicture({ onPicture: setPicture, onConnection: setConnection }) : undefined),
    [isIn],
  )
  useEffect(() => {
    if (connection === 'lost') onLost()
  }, [connection, onLost])
  useStay(isIn && known.ends_at !== null)

  const allowed = screens.filter(({ right }) => may(right))
  const screen = screens.find(({ name }) => name === place.screen) ?? screens[0]
  const health = connection === 'lost' ? undefined : picture?.health
  // Also who has the page behind others sees when something is not well.
  const mark = health === undefined || health === 'healthy' ? '' : `${shapes[health]} `
  useEffect(() => {
    if (isIn) document.title = `${mark}${screen?.title ?? ''} · podpipe`
  }, [screen, isIn, mark])
  const current = useRef<HTMLAnchorElement>(null)
  // Where the names of the screens do not all have room, that of this one is moved into sight.
  useEffect(() => current.current?.scrollIntoView({ block: 'nearest', inline: 'nearest' }), [screen])
  if (screen === undefined) return null
  const { Content, right, asksKafka } = screen
  const kafkaTrouble = picture?.troubles.find(
    ({ service, part }) => service === 'console' && part === 'kafka',
  )
  const away = { console: connection === 'lost', kafka: kafkaTrouble !== undefined }
  return (
    <div class="frame">
      <button type="button" class="skip" onClick={() => document.getElementById('content')?.focus()}>
        Skip to content
      </button>
      <header class="top">
        <a class="brand" href="#/flow">
          podpipe
        </a>
        <HealthBadge health={health} />
        <span class="spacer" />
        <WhoBadge known={known} onSignedOut={onSignedOut} />
        <ThemeChoice />
      </header>
      <nav class="rooms" aria-label="Screens">
        {allowed.map(({ name, title }) => (
          <a
            key={name}
            href={hashOf({ screen: name, settings: {} })}
            ref={name === screen.name ? current : null}
            aria-current={name === screen.name ? 'page' : undefined}
          >
            {title}
          </a>
        ))}
      </nav>
      <main id="content" tabIndex={-1}>
        <ConnectionNotice connection={connection} last={picture?.at} />
        {!away.console && asksKafka && <KafkaNotice trouble={kafkaTrouble} />}
        <h1>{screen.title}</h1>
        <p class="soft about">{screen.about}</p>
        <AwayNow.Provider value={away}>
          {may(right) ? <Content place={place} picture={picture} /> : <NotAllowed right={right} />}
        </AwayNow.Provider>
      </main>
    </div>
  )
}
