import { dreamParam, readDreamId } from '../dreams/params.ts'
import { loadDream } from '../dreams/store.ts'
import { Api, type AppContext, json, problems } from '../http/api.ts'
import { readDatabase } from '../http/backends.ts'
import { checkAgainst } from '../http/body.ts'
import { cachedJson } from '../http/cached-reads.ts'
import { pageQuery, readCursor, toPage } from '../http/paging.ts'
import { Problem } from '../http/problem.ts'
import { z } from '../http/zod.ts'
import { feedRoutes } from './feed-routes.ts'
import { listDreamNews, listHistory, type NewsRow } from './news-store.ts'
import { newsShape, newsToWire } from './news-wire.ts'

const newsPageSchema = z
  .object({ items: z.array(z.object(newsShape).openapi('News')), nextCursor: z.string().nullable() })
  .openapi('NewsPage')

/** What became of dreams, as everyone may read it. */
export const lifeRoutes = new Api()

lifeRoutes.route('/', feedRoutes)

lifeRoutes.describe(
  {
    method: 'get',
    path: '/v1/dreams/{dream}/history',
    summary: 'Every move of a published dream from its proposal on, oldest first',
    description:
      '`moved` has `data.from`, `data.to`, `data.by` (in which part someone moved it) and `data.reason`; `amended` and `extended` are changes of what was published. Moves from before it was published are public with it.',
    request: { params: dreamParam, query: pageQuery },
    responses: {
      200: json(newsPageSchema, 'A page of the history'),
      ...problems('invalid_request', 'invalid_cursor', 'dream_not_found', 'unavailable'),
    },
  },
  (c) => answerPage(c, 'history', 0, listHistory),
)

lifeRoutes.describe(
  {
    method: 'get',
    path: '/v1/dreams/{dream}/news',
    summary: 'The news of a published dream, newest first',
    request: { params: dreamParam, query: pageQuery },
    responses: {
      200: json(newsPageSchema, 'A page of news'),
      ...problems('invalid_request', 'invalid_cursor', 'dream_not_found', 'unavailable'),
    },
  },
  (c) => answerPage(c, 'news', Number.MAX_SAFE_INTEGER, listDreamNews),
)

/** A page of a published dream's news from a cached read. Throws dream_not_found (404). */
async function answerPage(
  c: AppContext,
  name: string,
  start: number,
  list: (db: D1Database, dream: string, from: number, limit: number) => Promise<NewsRow[]>,
): Promise<Response> {
  const dream = readDreamId(c)
  const { cursor, pageSize } = checkAgainst(pageQuery, c.req.query())
  const from = readCursor(cursor, start)
  const answer = await cachedJson(c.req.raw, `${name}/${dream}/${from}/${pageSize}`, c.executionCtx, () =>
    readDatabase(async () => {
      if (!(await loadDream(c.env.DB, dream))) return null
      return toPage(await list(c.env.DB, dream, from, pageSize + 1), pageSize, newsToWire, ({ id }) => id)
    }),
  )
  if (!answer) throw new Problem('dream_not_found')
  return answer
}
