import { lifeOf } from '../dreams/moves.ts'
import { dreamParam, readDreamId, requireDream } from '../dreams/params.ts'
import { evidenceFields, MAX_EVIDENCE_BYTES, requirePictures } from '../execution/evidence.ts'
import { type KeyedRequest, keyedRequest } from '../execution/request-keys.ts'
import { untilDone } from '../http/again.ts'
import { Api, type AppContext, bearer, json, problems } from '../http/api.ts'
import { readDatabase } from '../http/backends.ts'
import { checkAgainst, parseJson, readText } from '../http/body.ts'
import { cachedJson } from '../http/cached-reads.ts'
import { REPLAYED, readIdempotencyKey } from '../http/idempotency.ts'
import { newId } from '../http/ids.ts'
import { pageQuery, readCursor, toPage } from '../http/paging.ts'
import { Problem } from '../http/problem.ts'
import { NO_STORE } from '../http/wire.ts'
import { z } from '../http/zod.ts'
import { roleIn, signInExecutor } from '../organisations/membership.ts'
import { correctionRoutes } from './corrections-routes.ts'
import { deadlineState, dueAtOf, nextDueAt } from './deadlines.ts'
import { dueRoutes } from './due-routes.ts'
import {
  findByRequest,
  findReport,
  listReports,
  loadReporting,
  MAX_REPORTS,
  publishReport,
  type Report,
} from './store.ts'
import { reportPageSchema, reportSchema, toReport, toSummary } from './wire.ts'

const MAX_TITLE_LENGTH = 200
const MAX_BODY_LENGTH = 20_000

/** Title and body, 6 bytes a character that is escaped, the evidence, and the rest. */
const MAX_REPORT_BYTES = 122_880 + MAX_EVIDENCE_BYTES

/** Tries at publishing while others publish of the same dream. */
const MAX_TRIES = 5

const reportBody = z
  .strictObject({
    title: z.string().trim().min(1).max(MAX_TITLE_LENGTH),
    body: z.string().trim().min(1).max(MAX_BODY_LENGTH),
    ...evidenceFields,
    final: z
      .boolean()
      .default(false)
      .describe(
        'True for the last one, by the organisation of the grant or operators, after which the dream can be completed and no report is due.',
      ),
  })
  .openapi('NewReport')

export const reportRoutes = new Api()

// Before what has a report's id for its path.
reportRoutes.route('/', dueRoutes)
reportRoutes.route('/', correctionRoutes)

reportRoutes.describe(
  {
    method: 'post',
    path: '/v1/dreams/{dream}/reports',
    summary: 'Publish a report (those who carry the dream out, operators)',
    description:
      'A report never changes; what was wrong in it is said in a correction. The next one is due three months after. A repeat with the same key gets the first answer, with `Idempotent-Replayed: true`.',
    security: bearer,
    request: {
      params: dreamParam,
      headers: z.object({
        'Idempotency-Key': z.string().describe('1 to 255 visible ASCII characters, bare or quoted.'),
      }),
      body: { required: true, content: { 'application/json': { schema: reportBody } } },
    },
    responses: {
      201: json(reportSchema, 'The report'),
      ...problems(
        'idempotency_key_missing',
        'idempotency_key_invalid',
        'invalid_json',
        'invalid_request',
        'token_missing',
        'token_invalid',
        'executor_only',
        'not_yours',
        'account_deleted',
        'dream_not_found',
        'picture_not_found',
        'state_conflict',
        'body_too_large',
        'unsupported_media_type',
        'idempotency_key_reused',
        'limit_reached',
        'unavailable',
      ),
    },
  },
  async (c) => {
    const dream = readDreamId(c)
    const { principal, organisation } = await signInExecutor(c, dream)
    const key = readIdempotencyKey(c.req.header('idempotency-key'))
    const body = parseJson(await readText(c.req.raw, MAX_REPORT_BYTES), reportBody)
    const request = await keyedRequest(principal.user, key, [c.req.path, body])
    return untilDone(async () => {
      const first = await readFirst(c, request)
      if (first) return c.json(first, 201, { ...NO_STORE, ...REPLAYED })
      const { grantee, ...place } = await requireReporting(c, dream, body.final)
      if (body.final && !principal.operator) await requireGrantee(c, grantee, principal.user)
      await requirePictures(c, principal.user, body.pictures)
      const at = Date.now()
      const late = deadlineState(place.dueAt, at) === 'overdue'
      const next = body.final ? null : nextDueAt(at)
      const report = {
        ...{ id: newId('report'), dream, organisation, ...body },
        ...{ ...place, late, nextDueAt: next, at, request },
      }
      const published = await readDatabase(() => publishReport(c.env.DB, report, principal.user))
      if (published) return c.json(toReport({ report: published, corrections: [] }), 201, NO_STORE)
      return null
    }, MAX_TRIES)
  },
)

/** What was published under the request's key. Throws idempotency_key_reused (422) when that was for another request. */
async function readFirst(c: AppContext, request: KeyedRequest) {
  const first: Report | null = await readDatabase(() => findByRequest(c.env.DB, request))
  if (first && first.request !== request.fingerprint)
    throw new Problem('idempotency_key_reused', { detail: 'The key was used for another request.' })
  return first && toReport({ report: first, corrections: [] })
}

/** The last word is said by the organisation that answers for the grant, or by operators. Throws not_yours (403). */
async function requireGrantee(c: AppContext, grantee: string | null, user: string): Promise<void> {
  const role = grantee && (await readDatabase(() => roleIn(c.env.DB, grantee, user)))
  if (!role) throw new Problem('not_yours', { detail: `The final report is ${grantee}'s.` })
}

/**
 * Which report comes next of a dream that may have one now, and when it is due. Throws dream_not_found (404), state_conflict (409) and
 * limit_reached (422).
 */
async function requireReporting(
  c: AppContext,
  id: string,
  final: boolean,
): Promise<{ grantee: string | null; number: number; dueAt: number; dueBefore: number | null }> {
  const dream = await requireDream(c, id)
  const state = lifeOf(dream, Date.now())
  const { grantee, published, finished } = await readDatabase(() => loadReporting(c.env.DB, id))
  if (finished)
    throw new Problem('state_conflict', { detail: 'The final report is published; correct it instead.' })
  if (state !== 'executing' && !(state === 'funded' && grantee !== null && !final))
    throw new Problem('state_conflict', {
      detail: `Reports are of dreams that are carried out, or granted; the final one of those carried out. It is ${state}.`,
    })
  // There is always room for the final one, or the dream could not be completed.
  if (published >= MAX_REPORTS && !final)
    throw new Problem('limit_reached', {
      detail: `A dream has at most ${MAX_REPORTS} reports and its final one.`,
    })
  return { grantee, number: published + 1, dueAt: dueAtOf(dream), dueBefore: dream.reportDueAt }
}

reportRoutes.describe(
  {
    method: 'get',
    path: '/v1/dreams/{dream}/reports',
    summary: 'The reports of a dream, newest first',
    description: 'Without their texts: see each.',
    request: { params: dreamParam, query: pageQuery },
    responses: {
      200: json(reportPageSchema, 'A page of reports'),
      ...problems('invalid_request', 'invalid_cursor', 'dream_not_found', 'unavailable'),
    },
  },
  async (c) => {
    const dream = readDreamId(c)
    const { cursor, pageSize } = checkAgainst(pageQuery, c.req.query())
    const before = readCursor(cursor, Number.MAX_SAFE_INTEGER)
    const key = `reports/${dream}/${before}/${pageSize}`
    const page = await cachedJson(c.req.raw, key, c.executionCtx, async () => {
      const rows = await readDatabase(() => listReports(c.env.DB, dream, before, pageSize + 1))
      // An empty page may be that of a dream that does not exist.
      if (rows.length === 0) await requireDream(c, dream)
      return toPage(rows, pageSize, toSummary, ({ number }) => number)
    })
    return page ?? c.notFound()
  },
)

reportRoutes.describe(
  {
    method: 'get',
    path: '/v1/reports/{report}',
    summary: 'A report, with its corrections',
    request: { params: z.object({ report: z.string() }) },
    responses: { 200: json(reportSchema, 'The report'), ...problems('report_not_found', 'unavailable') },
  },
  async (c) => {
    const id = c.req.param('report') ?? ''
    const answer = await cachedJson(c.req.raw, `report/${id}`, c.executionCtx, async () => {
      const found = await readDatabase(() => findReport(c.env.DB, id))
      return found && toReport(found)
    })
    if (!answer) throw new Problem('report_not_found')
    return answer
  },
)
