import type { Candidate, Candidates, NoJsonReason } from './candidates.ts'
import { skip } from './characters.ts'
import { isMeant, isOver, isTorn, looksLikeJson, startOfWhole } from './evidence.ts'
import type { Reading } from './open.ts'
import { readContainer } from './read-container.ts'

const FENCE = '```'
const INFO = /[\w+#.-]*[ \t]*\r?\n?/y
/** A block in another language, of which only an assignment or a literal that is all of it counts. */
const IS_CODE = /^(?!json)\w/i
const BACKTICK = 96
const BRACE = 123
const BRACKET = 91

/** Where a container opens, and whether it is all that stands there: in the text, in a fence. */
interface Opener {
  readonly at: number
  readonly isAlone: boolean
}

/** One walk through a text from left to right, which never looks twice at what it has read. */
export class Search {
  readonly #text: string
  readonly #allowPartial: boolean
  readonly #found: Candidate[] = []
  #reason: NoJsonReason = 'no-json'
  #at = 0
  #isFenceOpen = false
  /** Where what is read now begins: the text, or a fence. */
  #from = 0
  /** The containers that were found since. */
  #row: { readonly at: number; readonly end: number; readonly value: object }[] = []

  constructor(text: string, allowPartial: boolean) {
    this.#text = text
    this.#allowPartial = allowPartial
  }

  run(): Candidates {
    const whole = startOfWhole(this.#text, 0)
    let opener = whole === undefined ? this.#next() : { at: whole, isAlone: true }
    while (opener !== undefined) {
      const end = this.#take(opener)
      if (end !== undefined) return { found: [], reason: end }
      opener = this.#next()
    }
    this.#sequence(this.#text.length)
    return { found: this.#found, reason: this.#reason }
  }

  #next(): Opener | undefined {
    const text = this.#text
    for (; this.#at < text.length; this.#at++) {
      const code = text.charCodeAt(this.#at)
      if (code === BACKTICK && text.startsWith(FENCE, this.#at)) {
        const at = this.#fence()
        if (at !== undefined) return { at, isAlone: true }
      } else if ((code === BRACE || code === BRACKET) && looksLikeJson(text, this.#at))
        return { at: this.#at, isAlone: false }
    }
    return undefined
  }

  /** Opens or closes a fence; says where the container opens if that is what it is about. */
  #fence(): number | undefined {
    const text = this.#text
    this.#isFenceOpen = !this.#isFenceOpen
    this.#sequence(this.#at)
    this.#at += FENCE.length - 1
    if (!this.#isFenceOpen) return undefined
    INFO.lastIndex = this.#at + 1
    const info = INFO.exec(text)?.[0] ?? ''
    const content = this.#at + 1 + info.length
    this.#from = content
    const at = startOfWhole(text, content)
    if (at !== undefined) return at
    const close = IS_CODE.test(info) ? text.indexOf(FENCE, content) : content
    this.#at = close < 0 ? text.length : close - 1
    return undefined
  }

  /** Reads a container; returns why all is in vain, if it is. */
  #take({ at, isAlone }: Opener): NoJsonReason | undefined {
    const text = this.#text
    const reading = readContainer(text, at)
    if (reading === undefined || isTorn(text, reading)) {
      // What is whole inside a broken container is no answer. A fence begins something else, after a note in brackets.
      const fence = text.indexOf(`\n${FENCE}`, at)
      if (fence < 0 || (isAlone && (this.#isFenceOpen || looksLikeJson(text, at)))) return 'broken'
      this.#reason = 'broken'
      this.#at = fence
      return undefined
    }
    this.#at = reading.end
    const isProse = !(isAlone && (this.#isFenceOpen || isOver(text, reading.end)))
    // A bracket that never closes in prose is no document.
    if (reading.isCut && isProse && !reading.isQuoted) return undefined
    if (reading.isCut && !this.#allowPartial) return 'truncated'
    if (reading.isElided && !this.#allowPartial) this.#reason = 'truncated'
    else this.#keep(at, reading, isProse)
    return undefined
  }

  #keep(at: number, reading: Reading, isProse: boolean): void {
    const rank = !isProse ? 2 : !isMeant(this.#text, at, reading) ? 0 : this.#isFenceOpen ? 2 : 1
    this.#row.push({ at, end: reading.end, value: reading.value as object })
    this.#found.push({ value: reading.value, text: this.#text.slice(at, reading.end), rank })
  }

  /**
   * Containers and nothing else up to `end` are a list that lost its brackets, or JSON Lines. In a fence, without commas,
   * they may as well be several answers: only a schema can tell.
   */
  #sequence(end: number): void {
    const text = this.#text
    const row = this.#row
    this.#row = []
    let at = skip(text, this.#from)
    let commas = 0
    for (const one of row) {
      if (one.at !== at) return
      at = skip(text, one.end)
      if (text[at] !== ',') continue
      commas++
      at = skip(text, at + 1)
    }
    const said = row.filter(({ value }) => Object.keys(value).length > 0)
    const value = (said.length > 0 ? said : row).map((one) => one.value)
    if (value.length < 2 || at < end) return
    const rank = this.#from === 0 || commas >= row.length - 1 ? 2 : 0
    this.#found.push({ value, text: text.slice(this.#from, end), rank })
  }
}
