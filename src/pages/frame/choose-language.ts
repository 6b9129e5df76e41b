import { getCookie, setCookie } from 'hono/cookie'
import { isLang, type Lang, preferredLanguage } from '../../words/language.ts'
import type { PageContext } from './context.ts'

const COOKIE = 'lang'
const YEAR_SECONDS = 365 * 24 * 60 * 60

/** The language by the switch (`?lang=`), by the one chosen before, by `Accept-Language`; Chinese where none says. */
export function chooseLanguage(c: PageContext): Lang {
  const asked = c.req.query('lang')
  if (isLang(asked)) {
    setCookie(c, COOKIE, asked, {
      ...{ path: '/', maxAge: YEAR_SECONDS, sameSite: 'Lax', httpOnly: true },
      secure: c.req.url.startsWith('https:'),
    })
    return asked
  }
  const chosen = getCookie(c, COOKIE)
  return isLang(chosen) ? chosen : preferredLanguage(c.req.header('accept-language'))
}
