import { html, render } from 'htm/preact'

import { App } from './app.ts'

// oxlint-disable-next-line import/no-unassigned-import -- the bundler makes page.css of it
import './style.css'
import { useStoredTheme } from './theme.ts'

useStoredTheme()
render(html`<${App} />`, document.body)
