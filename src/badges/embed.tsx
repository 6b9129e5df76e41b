import { Hono } from 'hono'
import { html } from 'hono/html'
import type { Child, FC, PropsWithChildren } from 'hono/jsx'
import { Problem, statusOf } from '../http/problem.ts'
import { NO_STORE } from '../http/wire.ts'
import { assetPath } from '../pages/frame/assets.ts'
import type { PageEnv } from '../pages/frame/context.ts'
import { titleOf } from '../pages/frame/names.ts'
import { Said } from '../pages/frame/parts.tsx'
import { htmlLang, isLang, type Lang, preferredLanguage, writeNumber } from '../words/language.ts'
import { dreamPath } from './addresses.ts'
import { answerForm } from './answers.ts'
import { type Progress, readProgress } from './progress.ts'
import { cleanText } from './text.ts'
import { MISSING, shareOf, stateOf, toneOf } from './wording.ts'

/** A dream's page for other people's frames. It knows no one: no cookie is read, no script runs. */
export const embedPages = new Hono<PageEnv>()

const words = {
  zh: {
    site: '一花一梦想',
    count: (flowers: string, quota: string) => `${flowers} / ${quota} 朵小红花`,
    pledges: (count: string) => `捐花 ${count} 次`,
    give: '去捐花',
    look: '看看这个梦想',
    newTab: '（在新标签页打开）',
    progress: '进度',
  },
  en: {
    site: 'One Flower, One Dream',
    count: (flowers: string, quota: string) => `${flowers} / ${quota} flowers`,
    pledges: (count: string) => (count === '1' ? 'given 1 time' : `given ${count} times`),
    give: 'Give flowers',
    look: 'See this dream',
    newTab: '(opens in a new tab)',
    progress: 'Progress',
  },
}

/** More of a title than this does not fit. */
const MAX_TITLE = 120

const HEADERS = {
  'Content-Type': 'text/html; charset=utf-8',
  'Content-Security-Policy':
    "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors *",
  'X-Content-Type-Options': 'nosniff',
  'Cross-Origin-Resource-Policy': 'cross-origin',
  'Referrer-Policy': 'strict-origin-when-cross-origin',
  Vary: 'Accept-Language',
} as const

embedPages.get('/embed/:dream', async (c) => {
  const asked = c.req.query('lang')
  const lang = isLang(asked) ? asked : preferredLanguage(c.req.header('accept-language'))
  try {
    const progress = await readProgress(c, c.req.param('dream'))
    if (!progress) return await answerMissing(404, lang)
    const make = () => write(lang, <Shown progress={progress} lang={lang} />)
    return await answerForm(c.req.raw, progress, `embed/${lang}`, HEADERS, make)
  } catch (error) {
    if (!(error instanceof Problem) || statusOf(error.code) !== 503) throw error
    return answerMissing(503, lang)
  }
})

async function answerMissing(status: 404 | 503, lang: Lang): Promise<Response> {
  const page = await write(
    lang,
    <>
      <h1>{MISSING[lang][status]}</h1>
      <Out href="/" lang={lang}>
        {words[lang].site}
      </Out>
    </>,
  )
  return new Response(page, { status, headers: { ...HEADERS, ...NO_STORE } })
}

const Shown: FC<{ progress: Progress; lang: Lang }> = ({ progress, lang }) => {
  const t = words[lang]
  const { flowers, quota, pledges, state } = progress
  const gives = state === 'collecting' || state === 'reached'
  return (
    <>
      <h1>
        <Said>{cleanText(titleOf(lang, progress), MAX_TITLE)}</Said>
      </h1>
      <progress class={toneOf(state)} value={shareOf(progress)} max={1} aria-label={t.progress}>
        {Math.floor(shareOf(progress) * 100)}%
      </progress>
      <p class="row">
        <strong>{t.count(writeNumber(lang, flowers), writeNumber(lang, quota))}</strong>
        <span>{stateOf(progress, lang)}</span>
      </p>
      <p class="soft">{t.pledges(writeNumber(lang, pledges))}</p>
      <p class="row">
        <Out href={dreamPath(progress.id, lang)} lang={lang}>
          {gives ? t.give : t.look}
        </Out>
        <span class="soft">{t.site}</span>
      </p>
    </>
  )
}

/** A link out of the frame, which says so to those who do not see it. */
const Out: FC<PropsWithChildren<{ href: string; lang: Lang }>> = ({ href, lang, children }) => (
  <a class="button" href={href} target="_blank" rel="noopener" title={words[lang].newTab}>
    {children}
  </a>
)

async function write(lang: Lang, body: Child): Promise<string> {
  return String(
    await html`<!DOCTYPE html>${(
      <html lang={htmlLang[lang]}>
        <head>
          <meta charset="utf-8" />
          <meta name="viewport" content="width=device-width, initial-scale=1" />
          <meta name="robots" content="noindex" />
          <title>{words[lang].site}</title>
          <link rel="icon" type="image/svg+xml" href={assetPath('icon.svg')} />
          <link rel="stylesheet" href={assetPath('embed.css')} />
        </head>
        <body>
          <main>{body}</main>
        </body>
      </html>
    )}`,
  )
}
