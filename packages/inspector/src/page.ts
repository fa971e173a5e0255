import { readFile } from 'node:fs/promises'

/** The files of the page, by their path. */
export type PageFiles = Readonly<Record<string, { readonly type: string; readonly body: string }>>

const DOCUMENT = `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <meta name="color-scheme" content="dark light" />
    <title>holdfast inspector</title>
    <link rel="icon" href="data:," />
    <link rel="stylesheet" href="/page.css" />
    <script type="module" src="/page.js"></script>
  </head>
  <body><noscript>This page is drawn by its script.</noscript></body>
</html>
`

/** Built beside us in the published package; from the sources the page is bundled when it is first asked for. */
const folder = async (): Promise<URL> => {
  if (!import.meta.url.endsWith('.ts')) return new URL('page/', import.meta.url)
  // By a name that no bundler follows: what is published has no bundler to bring along.
  const sources = new URL('../page/bundle.ts', import.meta.url).href
  const { bundlePage } = (await import(sources)) as { bundlePage: () => Promise<URL> }
  return bundlePage()
}

const read = async (): Promise<PageFiles> => {
  const from = await folder()
  const [script, style] = await Promise.all(
    ['page.js', 'page.css'].map((name) => readFile(new URL(name, from), 'utf8')),
  )
  return {
    '/': { type: 'text/html; charset=utf-8', body: DOCUMENT },
    '/page.js': { type: 'text/javascript; charset=utf-8', body: script! },
    '/page.css': { type: 'text/css; charset=utf-8', body: style! },
  }
}

let files: Promise<PageFiles> | undefined

/** Reads them once. */
export const pageFiles = (): Promise<PageFiles> => (files ??= read())
