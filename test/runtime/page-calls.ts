import { send } from './world.ts'

/** Pages as a browser without script asks for them. */

const ORIGIN = 'http://flowers.test'

export interface Visitor {
  /** The session cookie; nobody is signed in without it. */
  readonly cookie?: string | undefined
  readonly lang?: 'zh' | 'en'
  /** The page a form is sent from; another site's for an attack. */
  readonly origin?: string
  readonly headers?: Readonly<Record<string, string>>
}

function headersOf({ cookie, lang = 'zh', headers }: Visitor): Record<string, string> {
  return {
    Accept: 'text/html',
    'Accept-Language': lang,
    ...(cookie ? { Cookie: cookie } : {}),
    ...headers,
  }
}

/** Opens a page; a redirect is not followed. */
export function visit(path: string, visitor: Visitor = {}): Promise<Response> {
  return send(path, { headers: headersOf(visitor), redirect: 'manual' })
}

/** Sends a form; a list of values is a field sent several times. */
export function submit(
  path: string,
  fields: Readonly<Record<string, string | readonly string[]>>,
  visitor: Visitor = {},
): Promise<Response> {
  const body = new URLSearchParams()
  for (const [name, value] of Object.entries(fields))
    for (const each of typeof value === 'string' ? [value] : value) body.append(name, each)
  return send(path, {
    method: 'POST',
    headers: {
      Origin: visitor.origin ?? ORIGIN,
      'Content-Type': 'application/x-www-form-urlencoded',
      ...headersOf(visitor),
    },
    body: body.toString(),
    redirect: 'manual',
  })
}

/** The cookie of a new guest. */
export const signInGuest = (): Promise<string> => signInLocally('guest')

/** The cookie of the operator of local runs. */
export const signInOperator = (): Promise<string> => signInLocally('operator')

async function signInLocally(who: 'guest' | 'operator'): Promise<string> {
  const answer = await submit(`/sign-in/${who}`, { to: '/' })
  const cookie = answer.headers
    .getSetCookie()
    .map((each) => each.split(';')[0] ?? '')
    .find((each) => /^(__Host-)?session=./.test(each))
  if (!cookie) throw new Error(`not signed in: ${answer.status}`)
  return cookie
}
