import { html } from 'hono/html'
import type { Child, FC, PropsWithChildren } from 'hono/jsx'
import { etagOf, hasAlready } from '../../http/etag.ts'
import { htmlLang, type Lang, type Words } from '../../words/language.ts'
import { assetPath } from './assets.ts'
import type { PageContext } from './context.ts'
import { backTo, pathAsked } from './paths.ts'
import { shownText } from './text.ts'

/** The frame around every page: head, navigation, language switch, and the headers that keep a page to itself. */

const words = {
  zh: {
    site: '一花一梦想',
    skip: '跳到正文',
    nav: '主导航',
    wall: '梦想',
    earn: '得花',
    mine: '我的花',
    propose: '许愿',
    numbers: '数据',
    desk: '工作台',
    signIn: '登录',
    signOut: '退出',
    reference: '接口文档',
    feed: '订阅',
    about: '每一朵小红花，从哪里来、到哪里去，人人可查。',
    language: '语言',
  },
  en: {
    site: 'One Flower, One Dream',
    skip: 'Skip to content',
    nav: 'Main',
    wall: 'Dreams',
    earn: 'Earn',
    mine: 'My flowers',
    propose: 'Wish',
    numbers: 'Numbers',
    desk: 'Desk',
    signIn: 'Sign in',
    signOut: 'Sign out',
    reference: 'API reference',
    feed: 'Feed',
    about: 'Where every little red flower came from and where it went: anyone can check.',
    language: 'Language',
  },
} satisfies Words<Record<string, string>>

export interface PageHead {
  /** In the language of the page, without the name of the site. */
  readonly title: string
  readonly description?: string
  /** Elements for `<head>`: discovery links, Open Graph. */
  readonly head?: Child
  /** Rules of this page's own, beside those of every page. */
  readonly styles?: 'desk.css' | 'reference.css'
  /** A desk needs more room than a page to read. */
  readonly wide?: boolean
  readonly status?:
    | 200
    | 201
    | 400
    | 401
    | 402
    | 403
    | 404
    | 405
    | 409
    | 413
    | 415
    | 422
    | 429
    | 500
    | 501
    | 503
  readonly headers?: Readonly<Record<string, string>>
}

/**
 * Nothing but our own files: no inline script or style, no other host. `form-action` holds forms to us; the way to the
 * sign-in provider is a link.
 */
const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  ...["script-src 'self'", "style-src 'self'", "img-src 'self' data:", "connect-src 'self'"],
  ...["form-action 'self'", "base-uri 'none'", "frame-ancestors 'none'", "manifest-src 'self'"],
].join('; ')

export const PAGE_HEADERS = {
  'Content-Security-Policy': CONTENT_SECURITY_POLICY,
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'same-origin',
  'Permissions-Policy': 'camera=(), geolocation=(), microphone=(), payment=()',
  'Cross-Origin-Opener-Policy': 'same-origin',
  Vary: 'Cookie, Accept-Language',
} as const

/**
 * Sends a page. It depends on who looks and in which language, so no cache that is shared may keep it; a browser asks
 * again each time, and is told 304 where nothing changed.
 */
export async function sendPage(c: PageContext, head: PageHead, body: Child): Promise<Response> {
  const text = String(
    await html`<!DOCTYPE html>${(
      <Frame c={c} head={head}>
        {body}
      </Frame>
    )}`,
  )
  const status = head.status ?? 200
  const etag = await etagOf(text)
  for (const [name, value] of Object.entries(PAGE_HEADERS)) c.header(name, value)
  for (const [name, value] of Object.entries(head.headers ?? {})) c.header(name, value)
  // What answers a form may show what is shown once.
  if (status !== 200 || c.req.method === 'POST') {
    c.header('Cache-Control', 'no-store')
    return c.html(text, status)
  }
  c.header('Cache-Control', 'private, no-cache')
  c.header('ETag', etag)
  return hasAlready(c.req.raw, etag) ? c.body(null, 304) : c.html(text)
}

const Frame: FC<PropsWithChildren<{ c: PageContext; head: PageHead }>> = ({ c, head, children }) => {
  const lang = c.get('lang')
  const session = c.get('session')
  const t = words[lang]
  const path = c.req.path
  const title = shownText(head.title)
  return (
    <html lang={htmlLang[lang]}>
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover" />
        <title>{path === '/' ? title : `${title} · ${t.site}`}</title>
        {head.description && <meta name="description" content={shownText(head.description)} />}
        <meta name="theme-color" content="#c8102e" />
        <link rel="icon" type="image/svg+xml" href={assetPath('icon.svg')} />
        <link rel="stylesheet" href={assetPath('style.css')} />
        {head.styles && <link rel="stylesheet" href={assetPath(head.styles)} />}
        <script src={assetPath('app.js')} type="module" />
        {head.head}
      </head>
      <body>
        <a class="skip" href="#content">
          {t.skip}
        </a>
        <header class="top">
          <a class="brand" href="/">
            <img src={assetPath('icon.svg')} alt="" width="28" height="28" />
            <span>{t.site}</span>
          </a>
          <div class="top-side">
            <LanguageSwitch c={c} lang={lang} label={t.language} />
            {session ? (
              <form method="post" action="/sign-out">
                <button type="submit" class="quiet">
                  {t.signOut}
                </button>
              </form>
            ) : (
              path !== '/sign-in' && (
                <a class="quiet" href={`/sign-in?to=${encodeURIComponent(path)}`}>
                  {t.signIn}
                </a>
              )
            )}
          </div>
        </header>
        <nav class="tabs" aria-label={t.nav}>
          <Tab path={path} href="/" icon="✿" text={t.wall} under={['/dreams', '/reports']} />
          <Tab path={path} href="/earn" icon="✚" text={t.earn} />
          <Tab path={path} href="/me" icon="♥" text={t.mine} />
          <Tab path={path} href="/propose" icon="☆" text={t.propose} />
          <Tab path={path} href="/numbers" icon="∑" text={t.numbers} />
          {session?.operator && <Tab path={path} href="/ops" icon="⚙" text={t.desk} />}
        </nav>
        <main id="content" tabindex={-1} class={head.wide ? 'wide' : ''}>
          {children}
        </main>
        <footer class="bottom">
          <p>{t.about}</p>
          <p>
            <a href="/reference">{t.reference}</a>
          </p>
        </footer>
      </body>
    </html>
  )
}

const Tab: FC<{ path: string; href: string; icon: string; text: string; under?: string[] }> = ({
  path,
  href,
  icon,
  text,
  under = [],
}) => {
  const here = [href === '/' ? '' : href, ...under].some(
    (start) => start !== '' && (path === start || path.startsWith(`${start}/`)),
  )
  const current = path === href ? 'page' : here ? 'true' : undefined
  return (
    <a href={href} aria-current={current}>
      <span class="tab-icon" aria-hidden="true">
        {icon}
      </span>
      {text}
    </a>
  )
}

/** Keeps the page and what it was asked for, in the other language. */
const LanguageSwitch: FC<{ c: PageContext; lang: Lang; label: string }> = ({ c, lang, label }) => {
  const other: Lang = lang === 'zh' ? 'en' : 'zh'
  // What a form did is not done again by changing the language: it leads back to where the form stood.
  const [path = '/', query] = (c.req.method === 'GET' ? pathAsked(c) : backTo(c)).split('?')
  const search = new URLSearchParams(query)
  search.set('lang', other)
  const href = `${path}?${search}`
  return (
    <a
      class="quiet"
      href={href}
      hreflang={htmlLang[other]}
      lang={htmlLang[other]}
      aria-label={`${label}: ${other === 'zh' ? '中文' : 'English'}`}
    >
      {other === 'zh' ? '中文' : 'English'}
    </a>
  )
}
