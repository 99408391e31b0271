// The frame around every screen: where one can go, how podpipe is, whether the page is still in touch, dark or light.

import type { Picture } from '@podpipe/operations/picture/picture.ts'
import { useEffect, useState } from 'preact/hooks'
import { type Connection, followPicture } from './live.ts'
import { usePlace } from './navigation.ts'
import { ConnectionNotice } from './pieces/connection-notice.tsx'
import { HealthBadge } from './pieces/health-badge.tsx'
import { ThemeChoice } from './pieces/theme-choice.tsx'
import { hashOf } from './place.ts'
import { screens } from './screens/screens.ts'

export function App() {
  const place = usePlace()
  const [picture, setPicture] = useState<Picture>()
  const [connection, setConnection] = useState<Connection>('connecting')
  useEffect(() => followPicture({ onPicture: setPicture, onConnection: setConnection }), [])

  const screen = screens.find(({ name }) => name === place.screen) ?? screens[0]
  useEffect(() => {
    document.title = `${screen?.title ?? ''} · podpipe`
  }, [screen])
  if (screen === undefined) return null
  const { Content } = screen
  return (
    <div class="frame">
      <button type="button" class="skip" onClick={() => document.getElementById('content')?.focus()}>
        Skip to content
      </button>
      <header class="top">
        <a class="brand" href="#/flow">
          podpipe
        </a>
        <HealthBadge health={connection === 'lost' ? undefined : picture?.health} />
        <span class="spacer" />
        <ThemeChoice />
      </header>
      <nav class="rooms" aria-label="Screens">
        {screens.map(({ name, title }) => (
          <a
            key={name}
            href={hashOf({ screen: name, settings: {} })}
            aria-current={name === screen.name ? 'page' : undefined}
          >
            {title}
          </a>
        ))}
      </nav>
      <main id="content" tabIndex={-1}>
        <ConnectionNotice connection={connection} last={picture?.at} />
        <h1>{screen.title}</h1>
        <Content place={place} picture={picture} />
      </main>
    </div>
  )
}
