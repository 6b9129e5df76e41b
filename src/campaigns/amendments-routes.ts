import { lifeOf } from '../dreams/moves.ts'
import { dreamParam, readDreamId, requireDream } from '../dreams/params.ts'
import { loadDream } from '../dreams/store.ts'
import { untilDone } from '../http/again.ts'
import { Api, bearer, json, problems } from '../http/api.ts'
import { readDatabase } from '../http/backends.ts'
import { checkAgainst, parseJson, readText } from '../http/body.ts'
import { cachedJson } from '../http/cached-reads.ts'
import { pageQuery, readCursor, toPage } from '../http/paging.ts'
import { Problem } from '../http/problem.ts'
import { NO_STORE, rfc3339 } from '../http/wire.ts'
import { z } from '../http/zod.ts'
import { signInExecutor } from '../organisations/membership.ts'
import { AMENDED_FIELDS, decideAmendment } from './amending.ts'
import {
  type Amendment,
  addAmendment,
  listAmendments,
  loadAmending,
  MAX_AMENDMENTS,
} from './amendments-store.ts'
import { publicReason, timestamp } from './params.ts'

/** The text as it should have read, in characters; the longest text of a proposal. */
const MAX_AMENDED_LENGTH = 2_000

/** A text of 2,000 characters and a reason of 500, of 4 bytes each, and half as much again. */
const MAX_AMENDMENT_BYTES = 16_384

const amendmentBody = z
  .strictObject({
    field: z.enum(AMENDED_FIELDS),
    text: z.string().trim().min(1).max(MAX_AMENDED_LENGTH).describe('The whole text as it should have read.'),
    reason: publicReason,
  })
  .openapi('NewAmendment')

const amendmentSchema = z
  .object({
    id: z.string(),
    dream: z.string(),
    field: z.enum(AMENDED_FIELDS),
    text: z.string(),
    reason: z.string(),
    at: timestamp,
  })
  .openapi('Amendment')

export type AmendmentWire = z.infer<typeof amendmentSchema>

const amendmentPageSchema = z
  .object({ items: z.array(amendmentSchema), nextCursor: z.string().nullable() })
  .openapi('AmendmentPage')

const toWire = ({ id, dream, field, text, reason, at }: Amendment) => ({
  ...{ id: String(id), dream, field, text, reason, at: rfc3339(at) },
})

export const amendmentRoutes = new Api()

amendmentRoutes.describe(
  {
    method: 'get',
    path: '/v1/dreams/{dream}/amendments',
    summary: 'What was put right in the text of a dream, oldest first',
    request: { params: dreamParam, query: pageQuery },
    responses: {
      200: json(amendmentPageSchema, 'A page of amendments'),
      ...problems('invalid_request', 'invalid_cursor', 'dream_not_found', 'unavailable'),
    },
  },
  async (c) => {
    const dream = readDreamId(c)
    const { cursor, pageSize } = checkAgainst(pageQuery, c.req.query())
    const after = readCursor(cursor, 0)
    const key = `amendments/${dream}/${after}/${pageSize}`
    const page = await cachedJson(c.req.raw, key, c.executionCtx, async () => {
      const [found, rows] = await readDatabase(() =>
        Promise.all([loadDream(c.env.DB, dream), listAmendments(c.env.DB, dream, after, pageSize + 1)]),
      )
      return found && toPage(rows, pageSize, toWire, ({ id }) => id)
    })
    if (!page) throw new Problem('dream_not_found')
    return page
  },
)

amendmentRoutes.describe(
  {
    method: 'post',
    path: '/v1/dreams/{dream}/amendments',
    summary: 'Put something right in the text of a published dream (operators, executors)',
    description:
      'The text stays as it was published; this stands beside it, dated and with its reason. Quota and dates cannot be amended. The same once more is answered 200 and does nothing.',
    security: bearer,
    request: {
      params: dreamParam,
      body: { required: true, content: { 'application/json': { schema: amendmentBody } } },
    },
    responses: {
      200: json(amendmentSchema, 'It was amended so before'),
      201: json(amendmentSchema, 'The amendment'),
      ...problems(
        'invalid_json',
        'invalid_request',
        'token_missing',
        'token_invalid',
        'account_deleted',
        'executor_only',
        'dream_not_found',
        'state_conflict',
        'body_too_large',
        'unsupported_media_type',
        'limit_reached',
        'unavailable',
      ),
    },
  },
  async (c) => {
    const id = readDreamId(c)
    const { principal, organisation } = await signInExecutor(c, id)
    const correction = parseJson(await readText(c.req.raw, MAX_AMENDMENT_BYTES), amendmentBody)
    const who = { actor: principal.user, by: organisation === null ? 'operator' : 'executor' } as const
    return untilDone(async () => {
      const dream = await requireDream(c, id)
      const known = await readDatabase(() => loadAmending(c.env.DB, id, correction.field))
      const now = Date.now()
      const decision = decideAmendment(lifeOf(dream, now), known, correction, MAX_AMENDMENTS)
      if (decision === 'final')
        throw new Problem('state_conflict', { detail: 'The dream has come to its end.' })
      if (decision === 'too_many')
        throw new Problem('limit_reached', { detail: `A dream has at most ${MAX_AMENDMENTS} amendments.` })
      if (decision === 'done' && known.last) return c.json(toWire(known.last), 200, NO_STORE)
      const added = await readDatabase(() => addAmendment(c.env.DB, dream, known.count, correction, who, now))
      if (added) return c.json(toWire(added), 201, NO_STORE)
      return null
    })
  },
)
