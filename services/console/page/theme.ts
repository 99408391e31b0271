// Dark or light: as the system has it, until the person chooses.

import { useEffect, useState } from 'preact/hooks'

export const themes = ['system', 'light', 'dark'] as const

export type Theme = (typeof themes)[number]

const key = 'podpipe.theme'
const darkSystem = '(prefers-color-scheme: dark)'

export function chosenTheme(): Theme {
  const stored = localStorage.getItem(key)
  return themes.find(theme => theme === stored) ?? 'system'
}

/** Puts it to use, and keeps it for the next time. */
export function chooseTheme(theme: Theme): void {
  localStorage.setItem(key, theme)
  document.documentElement.dataset.theme = theme
}

function shownTheme(): 'light' | 'dark' {
  const { theme } = document.documentElement.dataset
  if (theme === 'light' || theme === 'dark') return theme
  return matchMedia(darkSystem).matches ? 'dark' : 'light'
}

/** What is drawn on a canvas has to be drawn anew when its colours are others. */
export function useShownTheme(): 'light' | 'dark' {
  const [shown, setShown] = useState(shownTheme)
  useEffect(() => {
    const follow = (): void => setShown(shownTheme())
    const chosen = new MutationObserver(follow)
    chosen.observe(document.documentElement, { attributeFilter: ['data-theme'] })
    const system = matchMedia(darkSystem)
    system.addEventListener('change', follow)
    return () => {
      chosen.disconnect()
      system.removeEventListener('change', follow)
    }
  }, [])
  return shown
}
