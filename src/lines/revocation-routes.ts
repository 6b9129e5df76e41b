import { Api, bearer, json, problems } from '../http/api.ts'
import { readDatabase } from '../http/backends.ts'
import { checkAgainst } from '../http/body.ts'
import { pageQuery, readCursor, toPage } from '../http/paging.ts'
import { NO_STORE, rfc3339, rfc3339OrNull } from '../http/wire.ts'
import { z } from '../http/zod.ts'
import { listRevocations, type RevocationRecord } from '../ledger/revocations.ts'
import { readLineId, requireLine } from '../registry/params.ts'
import { signInOwner } from '../users/sign-in.ts'
import { lineId } from './ids.ts'

const revocationSchema = z
  .object({
    act: z.string().describe("The act's id, as the line gave it."),
    known: z
      .boolean()
      .describe('False for an act that had not been reported: it is not credited when it is.'),
    flowers: z.int().describe('What the act had earned.'),
    taken: z.int(),
    lost: z
      .int()
      .describe('What could not be taken back, because it was given to dreams that are decided on.'),
    reason: z.string(),
    at: z.iso.datetime(),
    doneAt: z.iso.datetime().nullable(),
  })
  .openapi('Revocation')

export type RevocationWire = z.infer<typeof revocationSchema>

const pageSchema = z
  .object({ items: z.array(revocationSchema), nextCursor: z.string().nullable() })
  .openapi('RevocationPage')

const query = pageQuery.extend({
  lost: z.enum(['true', 'false']).default('false').describe('Only those with a loss.'),
})

function toWire({ act, user, flowers, taken, lost, reason, at, doneAt }: RevocationRecord, line: string) {
  return {
    act: act.slice(`act:${line}:`.length),
    known: user !== null,
    flowers,
    taken,
    lost,
    reason,
    at: rfc3339(at),
    doneAt: rfc3339OrNull(doneAt),
  }
}

export const revocationRoutes = new Api()

revocationRoutes.describe(
  {
    method: 'get',
    path: '/v1/lines/{line}/revocations',
    summary: 'Acts a line took back, newest first, and what it lost by them (its owner, operators)',
    security: bearer,
    request: { params: z.object({ line: lineId }), query },
    responses: {
      200: json(pageSchema, 'A page of revocations'),
      ...problems(
        'token_missing',
        'token_invalid',
        'owner_only',
        'line_not_found',
        'invalid_request',
        'invalid_cursor',
        'unavailable',
      ),
    },
  },
  async (c) => {
    const line = readLineId(c)
    await signInOwner(c, `line:${line}`)
    const { cursor, pageSize, lost } = checkAgainst(query, c.req.query())
    const before = readCursor(cursor, Number.MAX_SAFE_INTEGER)
    await requireLine(c, line)
    const rows = await readDatabase(() =>
      listRevocations(c.env.DB, line, before, lost === 'true', pageSize + 1),
    )
    const page = toPage(
      rows,
      pageSize,
      (row) => toWire(row, line),
      ({ position }) => position,
    )
    return c.json(page, 200, NO_STORE)
  },
)
