// Dark, light, or as the system has it.

import { useState } from 'preact/hooks'
import { chooseTheme, chosenTheme, type Theme, themes } from '../theme.ts'

export function ThemeChoice() {
  const [theme, setTheme] = useState(chosenTheme)
  const choose = (chosen: Theme): void => {
    chooseTheme(chosen)
    setTheme(chosen)
  }
  return (
    <label class="theme">
      <span>Theme</span>
      <select value={theme} onChange={event => choose(event.currentTarget.value as Theme)}>
        {themes.map(each => (
          <option key={each} value={each}>
            {each}
          </option>
        ))}
      </select>
    </label>
  )
}
