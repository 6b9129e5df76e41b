import { Api, bearer, json, problems } from '../http/api.ts'
import { readDatabase } from '../http/backends.ts'
import { parseJson, readText } from '../http/body.ts'
import { Problem } from '../http/problem.ts'
import { NO_STORE } from '../http/wire.ts'
import { z } from '../http/zod.ts'
import { executorOf } from '../organisations/membership.ts'
import { signInPerson } from '../users/sign-in.ts'
import { addCorrection, findReport, MAX_CORRECTIONS } from './store.ts'
import { correctionSchema, toCorrection } from './wire.ts'

const MAX_TEXT_LENGTH = 4_000

/** The text, 6 bytes a character that is escaped, and the rest. */
const MAX_CORRECTION_BYTES = 24_576

const correctionBody = z
  .strictObject({ text: z.string().trim().min(1).max(MAX_TEXT_LENGTH) })
  .openapi('NewReportCorrection')

export const correctionRoutes = new Api()

correctionRoutes.describe(
  {
    method: 'post',
    path: '/v1/reports/{report}/corrections',
    summary: 'Say what was wrong in a report (those who carry the dream out, operators)',
    description: 'At any time. The same again gets the correction that stands, with 200.',
    security: bearer,
    request: {
      params: z.object({ report: z.string() }),
      body: { required: true, content: { 'application/json': { schema: correctionBody } } },
    },
    responses: {
      200: json(correctionSchema, 'The correction stands already'),
      201: json(correctionSchema, 'The correction'),
      ...problems(
        'invalid_json',
        'invalid_request',
        'token_missing',
        'token_invalid',
        'executor_only',
        'account_deleted',
        'report_not_found',
        'body_too_large',
        'unsupported_media_type',
        'limit_reached',
        'unavailable',
      ),
    },
  },
  async (c) => {
    const { user, operator } = await signInPerson(c)
    const found = await readDatabase(() => findReport(c.env.DB, c.req.param('report') ?? ''))
    if (!found) throw new Problem('report_not_found')
    const { report } = found
    const organisation = await readDatabase(() => executorOf(c.env.DB, report.dream, user))
    if (organisation === null && !operator) throw new Problem('executor_only')
    const { text } = parseJson(await readText(c.req.raw, MAX_CORRECTION_BYTES), correctionBody)
    const told = { organisation, text, at: Date.now() }
    const added = await readDatabase(() => addCorrection(c.env.DB, report, told, user))
    if (!added)
      throw new Problem('limit_reached', { detail: `A report has at most ${MAX_CORRECTIONS} corrections.` })
    return c.json(toCorrection(added.correction), added.replayed ? 200 : 201, NO_STORE)
  },
)
