// The live picture: a stream that opens itself again whenever it ends, and says whether it is there.

import type { Picture } from '@podpipe/operations/picture/picture.ts'
import { createContext } from 'preact'

export type Connection = 'connecting' | 'live' | 'lost'

/** Whom the page and the console do not reach, as the frame of the page says it. */
export interface Away {
  readonly console: boolean
  readonly kafka: boolean
}

/** For all that stands on the page, which need not say it again. */
export const AwayNow = createContext<Away>({ console: false, kafka: false })

export interface Viewer {
  onPicture(picture: Picture): void
  onConnection(connection: Connection): void
}

const retryMs = 1_000
// A picture comes each second; without any for this long the connection is dead, whatever the browser believes.
const silenceMs = 6_000

/**
 * Follows the picture until it is told to stop. A page that nobody sees asks for none.
 * The browser's own repeating of event streams gives up for good at some answers of a proxy; so each is opened here.
 */
export function followPicture({ onPicture, onConnection }: Viewer): () => void {
  let source: EventSource | undefined
  let timer: ReturnType<typeof setTimeout> | undefined

  function open(): void {
    close()
    if (document.hidden) return
    source = new EventSource('api/v1/live')
    source.onmessage = ({ data }: MessageEvent<string>) => {
      onConnection('live')
      wait(silenceMs)
      onPicture(JSON.parse(data) as Picture)
    }
    // The console wants to know anew who asks.
    source.addEventListener('again', open)
    source.onerror = () => {
      source?.close()
      onConnection('lost')
      wait(retryMs)
    }
    wait(silenceMs)
  }

  /** Opens anew unless something comes before. */
  function wait(ms: number): void {
    clearTimeout(timer)
    timer = setTimeout(() => {
      onConnection('lost')
      open()
    }, ms)
  }

  function close(): void {
    clearTimeout(timer)
    source?.close()
    source = undefined
  }

  onConnection('connecting')
  document.addEventListener('visibilitychange', open)
  open()
  return () => {
    document.removeEventListener('visibilitychange', open)
    close()
  }
}
