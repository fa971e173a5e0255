import { describe, expect, it } from 'vitest'

import { isLoopback, refusal, type Door, type Visitor } from './guard.ts'

const TOKEN = 'a token of some length'
const mine: Door = { loopback: true, token: undefined, cookie: 'c' }
const open: Door = { loopback: false, token: TOKEN, cookie: 'c' }
const visitor = (over: Partial<Visitor> = {}): Visitor => ({
  path: '/events',
  host: '127.0.0.1:4455',
  origin: undefined,
  site: undefined,
  cookies: undefined,
  authorization: undefined,
  given: undefined,
  ...over,
})

describe('guard', () => {
  it.each(['127.0.0.1:4455', 'localhost:4455', '[::1]:4455', 'LOCALHOST'])(
    'this machine may look, as %s',
    (host) => {
      expect(refusal(visitor({ host }), mine)).toBeUndefined()
    },
  )

  it.each([
    'evil.example',
    'localhost.evil.example:4455',
    '127.0.0.1.evil.example',
    '',
    '10.0.0.1',
  ])('a name that was pointed at this machine (DNS rebinding) is refused: %j', (host) => {
    expect(refusal(visitor({ host }), mine)?.status).toBe(421)
  })

  it('the page of another origin, or of another port, gets no data', () => {
    const { host } = visitor()
    expect(refusal(visitor({ origin: `http://${host}` }), mine)).toBeUndefined()
    expect(refusal(visitor({ origin: 'http://127.0.0.1:3000' }), mine)?.status).toBe(403)
    expect(refusal(visitor({ origin: 'null' }), mine)?.status).toBe(403)
    expect(refusal(visitor({ site: 'cross-site' }), mine)?.status).toBe(403)
    expect(refusal(visitor({ site: 'same-site' }), mine)?.status).toBe(403)
    expect(refusal(visitor({ site: 'same-origin' }), mine)).toBeUndefined()
  })

  it('a link from elsewhere may open the page, which then asks for itself', () => {
    expect(refusal(visitor({ path: '/', site: 'cross-site' }), mine)).toBeUndefined()
  })

  it('where a token is set, nothing is told without it', () => {
    expect(refusal(visitor(), open)?.status).toBe(401)
    expect(refusal(visitor({ given: `${TOKEN} ` }), open)?.status).toBe(401)
    expect(refusal(visitor({ given: '' }), open)?.status).toBe(401)
    expect(refusal(visitor({ cookies: `d=${encodeURIComponent(TOKEN)}` }), open)?.status).toBe(401)
    expect(refusal(visitor({ given: TOKEN }), open)).toBeUndefined()
    expect(refusal(visitor({ authorization: `Bearer ${TOKEN}` }), open)).toBeUndefined()
    const cookies = `a=b; c=${encodeURIComponent(TOKEN)}`
    expect(refusal(visitor({ cookies }), open)).toBeUndefined()
  })

  it('a cookie that is no URI is one that does not fit', () => {
    expect(refusal(visitor({ cookies: 'c=%E0%A4%A' }), open)?.status).toBe(401)
  })

  it('only this machine is this machine', () => {
    expect(['127.0.0.1', '127.8.8.8', '::1', '[::1]', 'localhost'].every(isLoopback)).toBe(true)
    expect(['0.0.0.0', '::', '10.1.1.1', '', 'localhost.example'].some(isLoopback)).toBe(false)
  })
})
