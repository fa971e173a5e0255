import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

import { Events, pipeline } from '@holdfast/core'
import { collect, plain, streaming } from '@holdfast/core/stream'
import { inspector, type Inspector, type SeenCall } from '@holdfast/inspector'
import { costBudget, monitor, priceTable } from '@holdfast/monitor'
import { chromium, type Browser, type BrowserContext, type Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'

import { CLAUDE, GPT } from './demo/app.ts'
import { play } from './demo/contest.ts'
import { badDay } from './demo/day.ts'
import { withHoldfast } from './demo/with-holdfast.ts'
import { workloadOf } from './demo/workload.ts'

// The page in a real browser, on the demo's own day. Where there is no browser the test says so, and tests nothing:
// `apt-get install chromium`, or say where one is with CHROMIUM. With SCREENSHOTS=1 it takes the pictures of the docs.

const PLACES = [
  process.env['CHROMIUM'],
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
]
const browserPath = PLACES.find((path) => path !== undefined && existsSync(path))
const picture = (name: string): string =>
  fileURLToPath(new URL(`../docs/public/inspector-${name}.png`, import.meta.url))

/** What somebody may write who wants to run something in the browser of whoever looks. */
const HOSTILE =
  '<img src=x onerror="document.title=\'owned\'"><script>document.title="owned"</script>'
/** Long enough for all that a day has, and short enough to wait for its end. */
const DAY_MS = 6_000

/** A machine that is busy takes its time. */
const SOON = { timeout: 15_000 }

const notTested = (): void => {
  it('IS NOT TESTED: there is no Chromium on this machine', () => {
    console.warn(
      `No browser: looked at ${PLACES.filter(Boolean).join(', ')}. The page is not tested.`,
    )
    expect(browserPath).toBeUndefined()
  })
}

const tested = (): void => {
  let browser: Browser
  let context: BrowserContext
  let page: Page
  let inspected: Inspector
  let url: string
  let days: { end(): Promise<void> }
  /** Everything that the page asked for, and everything that it complained of. */
  const asked: string[] = []
  const complaints: string[] = []

  beforeAll(async () => {
    const prices = priceTable({
      [GPT]: { inputPerMillion: 0.25, outputPerMillion: 2 },
      [CLAUDE]: { inputPerMillion: 1, outputPerMillion: 5 },
    })
    inspected = inspector([], { monitor: monitor({ prices }), prompts: true })
    url = (await inspected.listen(0)).url
    browser = await chromium.launch({
      executablePath: browserPath ?? '',
      // In a container there is mostly no user to drop to.
      args: ['--no-sandbox', '--disable-dev-shm-usage'],
    })
    context = await browser.newContext({
      viewport: { width: 1280, height: 800 },
      colorScheme: 'dark',
      permissions: ['clipboard-read', 'clipboard-write'],
      acceptDownloads: true,
    })
    page = await context.newPage()
    await callOthers(inspected)
    days = playDays(inspected)
    page.on('request', (request) => asked.push(request.url()))
    page.on('console', (message) => complaints.push(message.text()))
    page.on('pageerror', (error) => complaints.push(error.message))
    await page.goto(url)
    await page.locator('.list .row').first().waitFor({ timeout: 20_000 })
  }, 60_000)

  afterEach(async () => {
    await page.keyboard.press('Escape')
    await page.keyboard.press('Escape')
    await page.getByRole('searchbox').fill('')
    await page.keyboard.press('Escape')
  })

  afterAll(async () => {
    await days.end()
    await browser.close()
    await inspected.close()
  })

  const rows = () => page.locator('.list .row')
  const search = (text: string): Promise<void> => page.getByRole('searchbox').fill(text)

  it('shows calls while the day goes on, and what they cost', async () => {
    const first = await rows().first().getAttribute('id')
    await expect.poll(() => rows().first().getAttribute('id'), SOON).not.toBe(first)
    await expect.poll(() => page.locator('header').innerText(), SOON).toContain('live')
    await expect.poll(() => page.locator('header').innerText(), SOON).toMatch(/\$\d/)
    expect(await page.locator('.charts canvas').count()).toBe(3)
  })

  it('pauses: nothing moves, and it says how much is new', async () => {
    await page.keyboard.press('Space')
    const first = await rows().first().getAttribute('id')
    await expect
      .poll(() => page.locator('header [role=status]').innerText(), SOON)
      .toMatch(/paused, \d+ new/)
    expect(await rows().first().getAttribute('id')).toBe(first)
    await page.keyboard.press('Space')
    await expect.poll(() => rows().first().getAttribute('id'), SOON).not.toBe(first)
  })

  it('shows the waterfall of a stream, with its first content', async () => {
    await search('route:stream')
    await rows().first().click()
    const detail = page.getByRole('article')
    await expect
      .poll(() => detail.locator('.lane.served').innerText(), SOON)
      .toMatch(/first content \d+/)
    expect(await detail.locator('.track i.served b').count()).toBe(1)
  })

  it('a hostile prompt, model, route and message are text, and nothing else', async () => {
    await search('route:<img')
    await search('onerror')
    await rows().first().click()
    const detail = page.getByRole('article')
    // As it was written, to the letter, in each of its places.
    await expect
      .poll(() => detail.locator('.request').innerText(), SOON)
      .toContain('<script>document.title=')
    expect(await detail.locator('h2').innerText()).toBe(HOSTILE)
    expect(await detail.locator('.who').first().innerText()).toContain('<img src=x')
    expect(await detail.locator('.failures pre').first().innerText()).toContain('<img src=x')
    expect(await page.locator('img, body script, iframe').count()).toBe(0)
    expect(await page.title()).toBe('holdfast inspector')
    await expect.poll(() => page.locator('aside').innerText(), SOON).toContain('<img src=x')
  })

  it('the browser itself refuses what text would have to do to become markup', async () => {
    const before = complaints.length
    const refused = await page
      .evaluate("document.createElement('div').innerHTML = '<b>bold</b>'")
      .catch(String)
    expect(refused).toContain('TrustedHTML')
    // That complaint was ours to make; none that came before it is forgotten.
    await expect.poll(() => complaints.length, SOON).toBe(before + 1)
    complaints.pop()
  })

  it('is searched and filtered by route, fault and provider', async () => {
    await page.getByRole('combobox', { name: 'route' }).selectOption('extract')
    await expect.poll(() => page.getByRole('searchbox').inputValue(), SOON).toBe('route:extract')
    const routes = (): Promise<string[]> => page.locator('.list .row .route').allInnerTexts()
    await expect.poll(async () => new Set(await routes()), SOON).toStrictEqual(new Set(['extract']))
    await page.getByRole('combobox', { name: 'provider' }).selectOption('anthropic')
    await expect
      .poll(
        async () =>
          (await page.locator('.list .row .server').allInnerTexts()).some((one) =>
            one.startsWith('claude'),
          ),
        SOON,
      )
      .toBe(true)
    await search('fault:rate-limited')
    await expect.poll(() => rows().count(), SOON).toBeGreaterThan(0)
    await search('there is no such call')
    await expect
      .poll(() => page.locator('.list').innerText(), SOON)
      .toContain('No call is like that.')
  })

  it('is used with the keyboard alone, and exports a call as JSON', async () => {
    await page.keyboard.press('/')
    await page.keyboard.type('is:fallback')
    await page.keyboard.press('Escape')
    await page.keyboard.press('Space')
    await page.keyboard.press('j')
    await page.keyboard.press('j')
    await page.keyboard.press('k')
    const [saved] = await Promise.all([page.waitForEvent('download'), page.keyboard.press('e')])
    const chunks: Buffer[] = []
    for await (const chunk of await saved.createReadStream()) chunks.push(chunk as Buffer)
    const call = JSON.parse(Buffer.concat(chunks).toString()) as SeenCall
    expect(call.fallbacks).toBeGreaterThan(0)
    expect(saved.suggestedFilename()).toBe(`call-${call.callId}.json`)
    await page.keyboard.press('c')
    await expect
      .poll(() => page.evaluate('navigator.clipboard.readText()'), SOON)
      .toBe(JSON.stringify(call, undefined, 2))
    await page.keyboard.press('?')
    await expect.poll(() => page.getByRole('dialog').innerText(), SOON).toContain('route:chat')
    await page.keyboard.press('Escape')
    expect(await page.getByRole('dialog').count()).toBe(0)
    await page.keyboard.press('Space')
  })

  it('shows circuits, budgets and alerts as they move', async () => {
    const aside = page.locator('aside')
    await expect.poll(() => aside.innerText(), SOON).toMatch(/circuit-open\s+openai/)
    await expect.poll(() => aside.locator('.history i.open').count(), SOON).toBeGreaterThan(0)
    await expect.poll(() => aside.locator('.bars').innerText(), SOON).toContain('of $0.0010')
    await expect
      .poll(() => aside.locator('.moments').innerText(), SOON)
      .toContain('circuit of openai opened')
  })

  it('is legible in light and dark, narrow and wide', async () => {
    await search('is:trouble')
    await page.keyboard.press('Escape')
    const waited = page.locator('.list .row:has(.wait):has(.served)')
    await expect.poll(() => waited.count(), SOON).toBeGreaterThan(0)
    for (const theme of ['dark', 'light']) {
      await waited.first().click()
      for (const [size, width, height] of [
        ['', 1280, 800],
        ['wide-', 1920, 1080],
      ] as const) {
        await page.setViewportSize({ width, height })
        await page.waitForTimeout(300)
        const inside = await page.evaluate('document.documentElement.scrollWidth <= innerWidth')
        expect(inside).toBe(true)
        if (process.env['SCREENSHOTS']) await page.screenshot({ path: picture(size + theme) })
      }
      await page.setViewportSize({ width: 1280, height: 800 })
      await page.keyboard.press('Escape')
      const ground = await page.evaluate('getComputedStyle(document.body).backgroundColor')
      expect(ground).toBe(theme === 'dark' ? 'rgb(14, 16, 19)' : 'rgb(244, 245, 247)')
      await page.keyboard.press('t')
    }
  })

  it('asked nobody else for anything, and had nothing to complain of', () => {
    expect(asked.length).toBeGreaterThan(3)
    const { origin } = new URL(url)
    const elsewhere = asked.filter((one) => !one.startsWith(origin) && !/^(?:blob|data):/.test(one))
    expect(elsewhere).toStrictEqual([])
    expect(complaints).toStrictEqual([])
  })

  it('another page gets nothing of it', async () => {
    const other = await context.newPage()
    await other.goto('about:blank')
    const result = await other.evaluate(
      `fetch('${url}recording.json').then(() => 'read', () => 'refused')`,
    )
    expect(result).toBe('refused')
    await other.close()
  })

  it('finds the process again after it was away', async () => {
    await inspected.close()
    await expect
      .poll(() => page.locator('header [role=status]').innerText(), SOON)
      .toContain('no connection')
    complaints.length = 0
    inspected = inspector()
    await inspected.listen(Number(new URL(url).port))
    await expect.poll(() => page.locator('header [role=status]').innerText(), SOON).toBe('live')
    expect(await page.locator('.list').innerText()).toContain('No call has ended yet.')
  })
}

describe(
  'the inspector in a browser',
  () => (browserPath === undefined ? notTested() : tested()),
  60_000,
)

/** One bad day after the other, until told to end. */
const playDays = (inspected: Inspector): { end(): Promise<void> } => {
  const ended = new AbortController()
  const all = async (): Promise<void> => {
    for (let seed = 1; !ended.signal.aborted; seed++)
      await play(
        (places, events) => {
          inspected.watch({ events })
          return withHoldfast(places, events)
        },
        badDay(seed, DAY_MS),
        workloadOf(seed, DAY_MS),
        () => {},
      )
  }
  const played = all()
  return {
    end: () => {
      ended.abort()
      return played
    },
  }
}

interface Asked {
  readonly prompt: string
}

/** What the demo does not have: a stream, a budget, and somebody who means harm. */
const callOthers = async (inspected: Inspector): Promise<void> => {
  const events = new Events()
  inspected.watch({ events })
  const wait = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))
  const stream = pipeline(
    streaming(
      async function* words({ prompt }: Asked) {
        await wait(120)
        for (const word of prompt.split(' ')) {
          yield word
          await wait(40)
        }
      },
      { protocol: plain },
    ),
    [],
    { name: 'stream', provider: 'openai', model: GPT, events },
  )
  await collect(await stream({ prompt: 'It comes word by word' }))

  const prices = priceTable({ small: { inputPerMillion: 10, outputPerMillion: 10 } })
  const frugal = pipeline(
    ({ prompt }: Asked) => Promise.resolve(prompt),
    [costBudget({ usd: 0.001, per: 'minute', assumedOutputTokens: 50, prices })],
    { name: 'frugal', provider: 'acme', model: 'small', events },
  )
  await frugal({ prompt: 'Cheap' })

  const harm = pipeline(
    ({ prompt }: Asked) =>
      Promise.reject(Object.assign(new Error(`no: ${prompt}`), { status: 400 })),
    [],
    { name: HOSTILE, provider: HOSTILE, model: HOSTILE, events },
  )
  await harm({ prompt: HOSTILE }).catch(() => {})
}
