// The page begins here; what every screen looks like of itself comes before what each adds.

import './styles/colours.css'
import './styles/page.css'
import './styles/controls.css'
import './styles/marks.css'
import './styles/cards.css'
import './styles/stacks.css'
import './styles/frame.css'
import { render } from 'preact'
import { App } from './app.tsx'
import { chooseTheme, chosenTheme } from './theme.ts'

chooseTheme(chosenTheme())
const page = document.getElementById('page')
if (page !== null) render(<App />, page)
