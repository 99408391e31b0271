// The page begins here.

import { render } from 'preact'
import { App } from './app.tsx'
import './styles/colours.css'
import './styles/page.css'
import './styles/controls.css'
import './styles/access.css'
import './styles/pieces.css'
import './styles/records.css'
import { chooseTheme, chosenTheme } from './theme.ts'

chooseTheme(chosenTheme())
const page = document.getElementById('page')
if (page !== null) render(<App />, page)
