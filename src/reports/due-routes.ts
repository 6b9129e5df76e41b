import { Api, bearer, json, problems } from '../http/api.ts'
import { readDatabase } from '../http/backends.ts'
import { checkAgainst } from '../http/body.ts'
import { pageQuery, readCursor, toPage } from '../http/paging.ts'
import { NO_STORE, rfc3339 } from '../http/wire.ts'
import { z } from '../http/zod.ts'
import { signInOperator } from '../users/sign-in.ts'
import { deadlineState } from './deadlines.ts'
import { listDue } from './due-store.ts'

const dueSchema = z
  .object({
    dream: z.string(),
    title: z.string(),
    titleEn: z.string(),
    state: z.enum(['due', 'overdue']).describe('`due`: within fourteen days.'),
    dueAt: z.iso.datetime(),
    organisations: z.array(z.string()).describe('Its co-creators.'),
  })
  .openapi('DueReport')

export type DueReportWire = z.infer<typeof dueSchema>

const duePageSchema = z
  .object({
    items: z.array(dueSchema),
    nextCursor: z.string().nullable(),
  })
  .openapi('DueReportPage')

export const dueRoutes = new Api()

dueRoutes.describe(
  {
    method: 'get',
    path: '/v1/reports/due',
    summary: 'Reports that are due or overdue, soonest first (operators)',
    security: bearer,
    request: { query: pageQuery },
    responses: {
      200: json(duePageSchema, 'A page of them'),
      ...problems(
        'invalid_request',
        'invalid_cursor',
        'token_missing',
        'token_invalid',
        'operator_only',
        'unavailable',
      ),
    },
  },
  async (c) => {
    await signInOperator(c)
    const { cursor, pageSize } = checkAgainst(pageQuery, c.req.query())
    // Due dates are not unique, so a page goes on by place: what is reported meanwhile moves the rest up by one.
    const offset = readCursor(cursor, 0)
    const now = Date.now()
    const rows = await readDatabase(() => listDue(c.env.DB, now, offset, pageSize + 1))
    const page = toPage(
      [...rows.entries()],
      pageSize,
      ([, { dream, title, titleEn, dueAt, organisations }]) => ({
        ...{ dream, title, titleEn, dueAt: rfc3339(dueAt), organisations },
        state: deadlineState(dueAt, now),
      }),
      ([n]) => offset + n + 1,
    )
    return c.json(page, 200, NO_STORE)
  },
)
