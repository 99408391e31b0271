// The place, as the browser's history keeps it.

import { useEffect, useState } from 'preact/hooks'
import { hashOf, type Place, placeOf } from './place.ts'

/** Where the person is now; follows links and the buttons of the browser. */
export function usePlace(): Place {
  const [place, setPlace] = useState(() => placeOf(location.hash))
  useEffect(() => {
    const follow = (): void => setPlace(placeOf(location.hash))
    addEventListener('hashchange', follow)
    // An effect runs behind the first painting: who was quick has gone to another place meanwhile, and nobody listened.
    follow()
    return () => removeEventListener('hashchange', follow)
  }, [])
  return place
}

/** Changes settings of the place, without a further step in the history. */
export function settle(settings: Readonly<Record<string, string>>): void {
  const { screen, settings: before } = placeOf(location.hash)
  history.replaceState(undefined, '', hashOf({ screen, settings: { ...before, ...settings } }))
  dispatchEvent(new HashChangeEvent('hashchange'))
}
