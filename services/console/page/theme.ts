// Dark or light: as the system has it, until the person chooses.

export const themes = ['system', 'light', 'dark'] as const

export type Theme = (typeof themes)[number]

const key = 'podpipe.theme'

export function chosenTheme(): Theme {
  const stored = localStorage.getItem(key)
  return themes.find(theme => theme === stored) ?? 'system'
}

/** Puts it to use, and keeps it for the next time. */
export function chooseTheme(theme: Theme): void {
  localStorage.setItem(key, theme)
  document.documentElement.dataset.theme = theme
}
