export type Theme = 'dark' | 'light'

const KEY = 'holdfast-inspector-theme'

const systemTheme = (): Theme =>
  matchMedia('(prefers-color-scheme: light)').matches ? 'light' : 'dark'

/** The theme that was chosen here, else that of the system. */
export const themeNow = (): Theme =>
  (document.documentElement.dataset['theme'] as Theme | undefined) ?? systemTheme()

export const chooseTheme = (theme: Theme): void => {
  document.documentElement.dataset['theme'] = theme
  localStorage.setItem(KEY, theme)
}

/** Takes the theme that was chosen here before. */
export const useStoredTheme = (): void => {
  const stored = localStorage.getItem(KEY)
  document.documentElement.dataset['theme'] =
    stored === 'dark' || stored === 'light' ? stored : systemTheme()
}

/** A colour of the style sheet, for what is drawn and not styled. */
export const colour = (name: string): string =>
  getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim()
