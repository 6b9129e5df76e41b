import { dreamParam, readDreamId } from '../dreams/params.ts'
import { Api, bearer, json, problems } from '../http/api.ts'
import { readDatabase } from '../http/backends.ts'
import { checkAgainst } from '../http/body.ts'
import { pageQuery, readCursor, toPage } from '../http/paging.ts'
import { Problem } from '../http/problem.ts'
import { NO_STORE, rfc3339 } from '../http/wire.ts'
import { z } from '../http/zod.ts'
import { listNewsFor, type NewsRow } from '../life/news-store.ts'
import { newsShape, newsToWire } from '../life/news-wire.ts'
import { signInPerson } from '../users/sign-in.ts'
import { type Followed, follow, listFollows, MAX_FOLLOWS, unfollow } from './follows-store.ts'
import { listGiven } from './given-store.ts'
import { timestamp } from './params.ts'

const followSchema = z
  .object({ dream: z.string(), following: z.literal(true), since: timestamp })
  .openapi('Follow')

const followedPageSchema = z
  .object({
    items: z.array(
      z
        .object({
          dream: z.string(),
          title: z.string(),
          titleEn: z.string(),
          published: z.boolean().describe('False for a proposal of the caller that is not decided on.'),
          because: z
            .array(z.enum(['chosen', 'gave', 'proposed']))
            .describe('Why the caller follows it. Giving and proposing follow by themselves.'),
          since: timestamp,
        })
        .openapi('FollowedDream'),
    ),
    nextCursor: z.string().nullable(),
  })
  .openapi('FollowedDreamPage')

const myNewsPageSchema = z
  .object({
    items: z.array(
      z
        .object({
          ...newsShape,
          to: z
            .enum(['everyone', 'proposers', 'organisation', 'you'])
            .describe('Whom it is for: what is not for everyone is in no public list.'),
          refunded: z
            .int()
            .optional()
            .describe(
              'Of a dream that did not reach its quota: the flowers that came back to the caller so far, to be given anew.',
            ),
        })
        .openapi('MyNews'),
    ),
    nextCursor: z.string().nullable(),
  })
  .openapi('MyNewsPage')

export type MyNews = z.infer<typeof myNewsPageSchema>['items'][number]
export type FollowedDream = z.infer<typeof followedPageSchema>['items'][number]

/** What a user follows and hears. */
export const followRoutes = new Api()

followRoutes.describe(
  {
    method: 'put',
    path: '/v1/me/follows/{dream}',
    summary: 'Follow a dream',
    description:
      'Giving to a dream and proposing it follow it already; this holds whatever comes. A proposal that is not published can be followed by its proposers.',
    security: bearer,
    request: { params: dreamParam },
    responses: {
      200: json(followSchema, 'The dream is followed'),
      ...problems(
        ...(['token_missing', 'token_invalid', 'account_deleted', 'dream_not_found'] as const),
        ...(['limit_reached', 'unavailable'] as const),
      ),
    },
  },
  async (c) => {
    const { user } = await signInPerson(c)
    const dream = readDreamId(c)
    const outcome = await readDatabase(() => follow(c.env.DB, user, dream, Date.now()))
    switch (outcome.kind) {
      case 'following':
        return c.json({ dream, following: true, since: rfc3339(outcome.since) }, 200, NO_STORE)
      case 'no_dream':
        throw new Problem('dream_not_found')
      case 'too_many':
        throw new Problem('limit_reached', { detail: `A user may choose ${MAX_FOLLOWS} dreams to follow.` })
      case 'account_deleted':
        throw new Problem('account_deleted')
    }
  },
)

followRoutes.describe(
  {
    method: 'delete',
    path: '/v1/me/follows/{dream}',
    summary: 'Follow a dream no longer',
    description: 'Also one that the caller gave to or proposed. What is for its proposers alone still comes.',
    security: bearer,
    request: { params: dreamParam },
    responses: {
      204: { description: 'The dream is not followed' },
      ...problems('token_missing', 'token_invalid', 'account_deleted', 'dream_not_found', 'unavailable'),
    },
  },
  async (c) => {
    const { user } = await signInPerson(c)
    const dream = readDreamId(c)
    await readDatabase(async () => {
      const given = await listGiven(c.env, user)
      const gave = given.some((each) => each.dream === dream)
      await unfollow(c.env.DB, user, dream, gave, Date.now())
    })
    return c.body(null, 204, NO_STORE)
  },
)

followRoutes.describe(
  {
    method: 'get',
    path: '/v1/me/follows',
    summary: 'What the caller follows, newest first',
    security: bearer,
    request: { query: pageQuery },
    responses: {
      200: json(followedPageSchema, 'A page of dreams'),
      ...problems(
        'token_missing',
        'token_invalid',
        'account_deleted',
        'invalid_request',
        'invalid_cursor',
        'unavailable',
      ),
    },
  },
  async (c) => {
    const { user } = await signInPerson(c)
    const { cursor, pageSize } = checkAgainst(pageQuery, c.req.query())
    const offset = readCursor(cursor, 0)
    const rows = await readDatabase(async () =>
      listFollows(c.env.DB, user, await listGiven(c.env, user), offset, pageSize + 1),
    )
    const page = toPage(
      [...rows.entries()],
      pageSize,
      ([, row]) => followedToWire(row),
      ([n]) => offset + n + 1,
    )
    return c.json(page, 200, NO_STORE)
  },
)

function followedToWire({ dream, title, titleEn, published, since, ...why }: Followed) {
  const because = (['chosen', 'gave', 'proposed'] as const).filter((reason) => why[reason] === 1)
  return { dream, title, titleEn, published: published === 1, because, since: rfc3339(since) }
}

followRoutes.describe(
  {
    method: 'get',
    path: '/v1/me/news',
    summary: 'What the caller hears of the dreams they follow, newest first',
    description:
      'Public news of those dreams, and what is for the caller, their organisations and the proposers of their dreams.',
    security: bearer,
    request: { query: pageQuery },
    responses: {
      200: json(myNewsPageSchema, 'A page of news'),
      ...problems(
        'token_missing',
        'token_invalid',
        'account_deleted',
        'invalid_request',
        'invalid_cursor',
        'unavailable',
      ),
    },
  },
  async (c) => {
    const { user } = await signInPerson(c)
    const { cursor, pageSize } = checkAgainst(pageQuery, c.req.query())
    const before = readCursor(cursor, Number.MAX_SAFE_INTEGER)
    const page = await readDatabase(async () => {
      const given = await listGiven(c.env, user)
      const refunded = new Map(given.map((each) => [each.dream, each.refunded]))
      const rows = await listNewsFor(c.env.DB, user, [...refunded.keys()], before, pageSize + 1)
      return toPage(
        rows,
        pageSize,
        (row) => myNewsToWire(row, refunded),
        ({ id }) => id,
      )
    })
    return c.json(page, 200, NO_STORE)
  },
)

function myNewsToWire(row: NewsRow, refunded: ReadonlyMap<string, number>) {
  const news = newsToWire(row)
  const wentBack = row.kind === 'returned' || (row.kind === 'moved' && news.data.to === 'expired')
  return {
    ...news,
    to: toWhom(row.audience),
    ...(wentBack && row.dream !== null ? { refunded: refunded.get(row.dream) ?? 0 } : {}),
  }
}

function toWhom(audience: string | null): 'everyone' | 'proposers' | 'organisation' | 'you' {
  if (audience === null) return 'everyone'
  if (audience.startsWith('proposers:')) return 'proposers'
  return audience.startsWith('org:') ? 'organisation' : 'you'
}
