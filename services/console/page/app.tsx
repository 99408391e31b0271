// The page as a whole: who is it, then the frame around the screens; who is not known signs in first.

import { useEffect, useState } from 'preact/hooks'
import type { WhoAmI } from '../api/access-schema.ts'
import { Frame } from './frame.tsx'
import { settle, usePlace } from './navigation.ts'
import { RefusalNotice } from './pieces/refusal-notice.tsx'
import { SignIn } from './screens/sign-in.tsx'
import { Known, useWho } from './who.ts'

export function App() {
  const place = usePlace()
  // The address says once why it did not work; a link of it must not say so again.
  const [failed, setFailed] = useState(place.settings.failed)
  useEffect(() => {
    if (place.settings.failed === undefined) return
    setFailed(place.settings.failed)
    settle({ failed: '' })
  }, [place])
  const { known, refused, refresh, become } = useWho()
  // Whose screens these are. They stay while a session that has ended is begun anew, with all that was typed into them.
  const [owner, setOwner] = useState<WhoAmI>()
  useEffect(() => {
    if (known?.name != null) setOwner(known)
  }, [known])
  const signOut = (stranger: WhoAmI): void => {
    setOwner(undefined)
    become(stranger)
  }

  if (refused !== undefined) {
    return (
      <main class="outside">
        <h1>podpipe</h1>
        <RefusalNotice refused={refused} />
      </main>
    )
  }
  const isIn = known?.name != null
  const shown = isIn ? known : owner
  return (
    <>
      {known !== undefined && !isIn && (
        <SignIn known={known} hasEnded={owner !== undefined} place={place} failed={failed} onKnown={become} />
      )}
      {known === undefined && <p class="outside empty">Waiting for the console …</p>}
      {shown !== undefined && (
        <div hidden={!isIn} inert={!isIn} key={shown.name}>
          <Known.Provider value={shown}>
            <Frame place={place} known={shown} isIn={isIn} onLost={refresh} onSignedOut={signOut} />
          </Known.Provider>
        </div>
      )}
    </>
  )
}
