import type { Context } from 'hono'
import { Api, type AppEnv, json, problems } from '../http/api.ts'
import { cachedText } from '../http/cached-reads.ts'
import { Problem, statusOf } from '../http/problem.ts'
import { NO_STORE } from '../http/wire.ts'
import { z } from '../http/zod.ts'
import type { Lang } from '../words/language.ts'
import { answerForm, OPEN, OPEN_PICTURE, SVG } from './answers.ts'
import { drawBadge, drawWords, readBadgeOptions, readLang, STYLES } from './badge.ts'
import { drawCard, drawMissingCard } from './card.ts'
import { isDreamId, type Progress, readProgress } from './progress.ts'
import { drawPicture } from './share-picture.ts'
import { shieldsSchema, toShields } from './shields.ts'
import { labelOf, MISSING } from './wording.ts'

/** Pictures of a dream's progress for other people's pages, and the documents that draw them. */
export const badgeRoutes = new Api()

const dream = z.object({ dream: z.string() })

const lang = z.enum(['zh', 'en']).default('zh').describe('Anything else is as if it were not there.')

const badgeQuery = z.object({
  style: z.enum(STYLES).default('flat').describe('Anything else is as if it were not there.'),
  label: z
    .string()
    .optional()
    .describe('What its left side says, cut off after 40 characters; empty for none.'),
  lang,
})

const svg = (description: string) => ({
  description,
  content: { 'image/svg+xml; charset=utf-8': { schema: z.string() } },
})

const pictureOfProblem = {
  404: svg('dream_not_found, as a picture that says so'),
  503: svg('unavailable, overloaded, as a picture that says so'),
}

badgeRoutes.describe(
  {
    method: 'get',
    path: '/badges/{dream}.svg',
    summary: 'A dream’s progress as a badge',
    description:
      'For `<img>` on any page. An odd query gives the badge without it: a picture in a README never breaks. It may be half a minute old.',
    request: { params: dream, query: badgeQuery },
    responses: { 200: svg('The badge'), ...pictureOfProblem },
  },
  (c) => {
    const options = readBadgeOptions(c.req.query())
    const { style } = options
    return answerPicture(c, `badge/${style}/${options.lang}/${options.label}`, {
      draw: (progress) => drawBadge(progress, options),
      drawMissing: (status) =>
        drawWords(style, labelOf(options.lang), MISSING[options.lang][status], '#6b5751'),
    })
  },
)

badgeRoutes.describe(
  {
    method: 'get',
    path: '/badges/{dream}/card.svg',
    summary: 'A dream’s progress as a card, with its title and a bar',
    request: { params: dream, query: z.object({ lang }) },
    responses: { 200: svg('The card'), ...pictureOfProblem },
  },
  (c) => {
    const chosen: Lang = readLang(c.req.query())
    return answerPicture(c, `card/${chosen}`, {
      draw: (progress) => drawCard(progress, chosen),
      drawMissing: (status) => drawMissingCard(status, chosen),
    })
  },
)

badgeRoutes.describe(
  {
    method: 'get',
    path: '/badges/{dream}.json',
    summary: 'A dream’s progress as shields.io draws it',
    request: { params: dream, query: badgeQuery },
    responses: {
      200: json(shieldsSchema, 'The document of an endpoint badge'),
      ...problems('dream_not_found', 'overloaded', 'unavailable'),
    },
  },
  async (c) => {
    const options = readBadgeOptions(c.req.query())
    const progress = await readProgress(c, idOf(c))
    if (!progress) throw new Problem('dream_not_found', { headers: OPEN })
    const form = `shields/${options.style}/${options.lang}/${options.label}`
    return answerForm(c.req.raw, progress, form, { 'Content-Type': 'application/json', ...OPEN }, () =>
      JSON.stringify(toShields(progress, options)),
    )
  },
)

/** A picture is drawn anew once a minute at most: it takes tens of ms, and social sites keep theirs for days. */
const PICTURE_KEEPING = {
  freshMs: 60_000,
  staleMs: 240_000,
  cacheControl: 'public, max-age=300, s-maxage=300, stale-while-revalidate=3600',
}

badgeRoutes.describe(
  {
    method: 'get',
    path: '/badges/{dream}/share.png',
    summary: 'The picture that social sites show beside a link to a dream, 1200 x 630',
    request: { params: dream },
    responses: {
      200: { description: 'The picture', content: { 'image/png': { schema: z.string() } } },
      ...problems('dream_not_found', 'overloaded', 'unavailable'),
    },
  },
  async (c) => {
    const id = idOf(c)
    const draw = async () => {
      const progress = await readProgress(c, id)
      return progress && drawPicture(progress)
    }
    const answer = isDreamId(id)
      ? await cachedText(c.req.raw, `share/${id}`, 'image/png', c.executionCtx, draw, PICTURE_KEEPING)
      : null
    if (!answer) throw new Problem('dream_not_found', { headers: OPEN })
    for (const [name, value] of Object.entries(OPEN_PICTURE)) answer.headers.set(name, value)
    return answer
  },
)

/** The dream that a path names; its pattern keeps the ending. */
const idOf = (c: Context<AppEnv>): string => (c.req.param('dream') ?? '').replace(/\.(svg|json)$/, '')

interface Picture {
  draw(progress: Progress): string
  drawMissing(status: 404 | 503): string
}

/** A picture of a dream. Browsers show pictures whatever their status, so what went wrong is said by one too. */
async function answerPicture(c: Context<AppEnv>, form: string, picture: Picture): Promise<Response> {
  const headers = { 'Content-Type': SVG, ...OPEN_PICTURE }
  let status: 404 | 503 = 404
  try {
    const progress = await readProgress(c, idOf(c))
    if (progress) return await answerForm(c.req.raw, progress, form, headers, () => picture.draw(progress))
  } catch (error) {
    if (!(error instanceof Problem) || statusOf(error.code) !== 503) throw error
    status = 503
  }
  const again = status === 503 ? { 'Retry-After': RETRY_AFTER_SECONDS } : {}
  return new Response(picture.drawMissing(status), { status, headers: { ...headers, ...NO_STORE, ...again } })
}

/** When a picture that could not be read is worth asking for again. */
const RETRY_AFTER_SECONDS = '1'
