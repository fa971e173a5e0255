import { createHash, timingSafeEqual } from 'node:crypto'

/** Whom the page is shown to. */
export interface Door {
  /** Only this machine: then the name that was asked for must be one of this machine, too. */
  readonly loopback: boolean
  readonly token: string | undefined
  readonly cookie: string
}

/** What a request says of itself. */
export interface Visitor {
  readonly path: string
  readonly host: string | undefined
  readonly origin: string | undefined
  readonly site: string | undefined
  readonly cookies: string | undefined
  readonly authorization: string | undefined
  /** As `?token=` says. */
  readonly given: string | undefined
}

/** Does a host mean this machine, and nothing else? */
export const isLoopback = (host: string): boolean =>
  /^(?:127(?:\.\d{1,3}){3}|localhost|\[?::1\]?)$/i.test(host)

const nameOf = (host: string): string => host.replace(/:\d+$/, '')

/** Digests are equally long, so that neither length nor prefix of the token shows in the time that this takes. */
const digest = (text: string): Buffer => createHash('sha256').update(text).digest()

/** A cookie carries it encoded. */
const isToken = (given: string, token: string): boolean =>
  [token, encodeURIComponent(token)].some((one) => timingSafeEqual(digest(given), digest(one)))

const tokensOf = ({ given, authorization = '', cookies = '' }: Visitor, name: string): string[] => {
  const bearer = /^Bearer (.+)$/i.exec(authorization)?.[1]
  const cookie = cookies
    .split('; ')
    .find((one) => one.startsWith(`${name}=`))
    ?.slice(name.length + 1)
  return [given, bearer, cookie].filter((one) => one !== undefined)
}

/** Why a request is not answered; undefined when it is. */
export const refusal = (
  visitor: Visitor,
  door: Door,
): { readonly status: number; readonly why: string } | undefined => {
  const { host = '', origin, site, path } = visitor
  // A page elsewhere can point a name of its own at 127.0.0.1 (DNS rebinding): the name gives it away.
  if (door.loopback && !isLoopback(nameOf(host)))
    return { status: 421, why: 'this page is served to this machine only' }
  if (origin !== undefined && origin.replace(/^https?:\/\//, '') !== host)
    return { status: 403, why: 'asked for by another origin' }
  // A link from elsewhere may open the page; only the page itself may ask for data.
  if (path !== '/' && site !== undefined && site !== 'same-origin' && site !== 'none')
    return { status: 403, why: 'asked for by another site' }
  const { token } = door
  if (token !== undefined && !tokensOf(visitor, door.cookie).some((one) => isToken(one, token)))
    return { status: 401, why: 'open this page with ?token=… of the process that serves it' }
  return undefined
}
