import { Api, type AppContext, bearer, json, problems } from '../http/api.ts'
import { readDatabase } from '../http/backends.ts'
import { checkAgainst } from '../http/body.ts'
import { pageQuery, readCursor, toPage } from '../http/paging.ts'
import { Problem } from '../http/problem.ts'
import { NO_STORE, rfc3339 } from '../http/wire.ts'
import { z } from '../http/zod.ts'
import { dayIn } from '../lines/rules.ts'
import { lineParam, readOwned, requireLine, timestamp } from '../registry/params.ts'
import { signInOperator } from '../users/sign-in.ts'
import { checkDays, KEPT_DAYS } from './check.ts'
import { COUNTED, FIGURES } from './rules.ts'
import { END_OF_DAYS, findDay, findDays, findDifferingDays, type KnownDay } from './store.ts'

const postedSchema = z
  .object({
    acts: z.int().nullable(),
    flowers: z.int().nullable(),
    capped: z.int().nullable(),
    reversed: z.int().nullable(),
    users: z.int().nullable(),
    listed: z.int().nullable().describe('How many acts it listed, repeats among them; null for no list.'),
    postedAt: timestamp,
  })
  .openapi('PostedTotals', { description: 'What the line says; null for a figure it did not give.' })

const daySchema = z
  .object({
    day: z.iso.date().describe("In the line's time zone, by when the acts were done."),
    acts: z.int().describe('Acts that got a result other than `refused`.'),
    flowers: z.int().describe('Flowers credited for them, those taken back later included.'),
    capped: z.int().describe('Acts that an allowance cut.'),
    reversed: z.int().describe('Flowers taken back.'),
    agrees: z
      .boolean()
      .nullable()
      .describe('Whether all accounts of the day were the same when it was checked last; null before.'),
    checkedAt: timestamp.nullable(),
    posted: postedSchema.nullable(),
  })
  .openapi('LineDay')

export type LineDayWire = z.infer<typeof daySchema>

const dayPageSchema = z
  .object({ items: z.array(daySchema), nextCursor: z.string().nullable() })
  .openapi('LineDayPage')

const namedActs = {
  count: z.int().describe('How many there are.'),
  acts: z
    .array(
      z.object({
        id: z.string(),
        recomputed: z.int().nullable().describe('Its flowers here; null when it is not here on this day.'),
        posted: z.int().nullable().describe("Its flowers in the line's list; null when it is not there."),
        otherDay: z.iso.date().optional().describe('The day it is on here, when that is another.'),
      }),
    )
    .describe('The first 100 of them.'),
}

const differenceSchema = z
  .union([
    z.object({
      kind: z.literal('counter').describe('Entries and their counters differ: a fault of the platform.'),
      figure: z.enum(COUNTED),
      recomputed: z.int(),
      counted: z.int(),
    }),
    z.object({
      kind: z.literal('total').describe('Entries and what the line posted differ.'),
      figure: z.enum(FIGURES),
      recomputed: z.int(),
      posted: z.int(),
    }),
    z.object({
      kind: z.enum(['acts_missing_here', 'acts_missing_there', 'acts_differ']),
      ...namedActs,
    }),
  ])
  .openapi('TotalsDifference')

const checkedDaySchema = daySchema
  .extend({
    users: z.int().nullable().describe('Users who did the acts, at the last check; null when not counted.'),
    differences: z.array(differenceSchema).describe('What differed at the last check.'),
  })
  .openapi('CheckedLineDay')

export type CheckedDayWire = z.infer<typeof checkedDaySchema>

const differingSchema = z
  .object({ line: z.string(), day: z.iso.date(), checkedAt: timestamp })
  .openapi('DifferingDay')

export type DifferingDayWire = z.infer<typeof differingSchema>

const differingPageSchema = z
  .object({ items: z.array(differingSchema), nextCursor: z.string().nullable() })
  .openapi('DifferingDayPage')

const DAY_MS = 24 * 60 * 60 * 1_000

const dayParams = lineParam.extend({ day: z.iso.date() })

function toWire({ day, counted, posted, checked }: KnownDay) {
  return {
    day,
    ...counted,
    agrees: checked === null ? null : checked.agrees,
    checkedAt: checked && rfc3339(checked.checkedAt),
    posted: posted && { ...posted, postedAt: rfc3339(posted.postedAt) },
  }
}

function toCheckedWire(known: KnownDay) {
  const { checked } = known
  return { ...toWire(known), users: checked?.users ?? null, differences: checked?.differences ?? [] }
}

/** The line and the day a request of its owner is about. Throws line_not_found and day_not_found (404) besides. */
async function readOwnedDay(c: AppContext): Promise<{ line: string; known: KnownDay }> {
  const { line } = await readOwned(c)
  await requireLine(c, line)
  const day = dayParams.shape.day.safeParse(c.req.param('day'))
  const known = day.success ? await readDatabase(() => findDay(c.env.DB, line, day.data)) : null
  if (!known) throw new Problem('day_not_found')
  return { line, known }
}

export const totalsRoutes = new Api()

totalsRoutes.describe(
  {
    method: 'get',
    path: '/v1/lines/{line}/days',
    summary: "A line's control totals by day, newest first (its owner)",
    security: bearer,
    request: { params: lineParam, query: pageQuery },
    responses: {
      200: json(dayPageSchema, 'A page of days'),
      ...problems(
        'invalid_request',
        'invalid_cursor',
        'token_missing',
        'token_invalid',
        'owner_only',
        'line_not_found',
        'unavailable',
      ),
    },
  },
  async (c) => {
    const { line } = await readOwned(c)
    await requireLine(c, line)
    const { cursor, pageSize } = checkAgainst(pageQuery, c.req.query())
    const before = dayOf(readCursor(cursor, numberOf(END_OF_DAYS)))
    const days = await readDatabase(() => findDays(c.env.DB, line, { before, limit: pageSize + 1 }))
    return c.json(
      toPage(days, pageSize, toWire, ({ day }) => numberOf(day)),
      200,
      NO_STORE,
    )
  },
)

totalsRoutes.describe(
  {
    method: 'get',
    path: '/v1/lines/{line}/days/{day}',
    summary: "A line's day, and what differed when it was checked last (its owner)",
    security: bearer,
    request: { params: dayParams },
    responses: {
      200: json(checkedDaySchema, 'The day'),
      ...problems(
        'token_missing',
        'token_invalid',
        'owner_only',
        'line_not_found',
        'day_not_found',
        'unavailable',
      ),
    },
  },
  async (c) => c.json(toCheckedWire((await readOwnedDay(c)).known), 200, NO_STORE),
)

totalsRoutes.describe(
  {
    method: 'post',
    path: '/v1/lines/{line}/days/{day}/check',
    summary: "Recompute a line's day from its entries now, and compare (its owner)",
    description: 'Recent days are checked every hour without being asked for.',
    security: bearer,
    request: { params: dayParams },
    responses: {
      200: json(checkedDaySchema, 'The day as it was found'),
      ...problems(
        'token_missing',
        'token_invalid',
        'owner_only',
        'line_not_found',
        'day_not_found',
        'unavailable',
      ),
    },
  },
  async (c) => {
    const { line, known } = await readOwnedDay(c)
    const { checked } = await readDatabase(() => checkDays(c.env.DB, line, [known], Date.now()))
    return c.json(toCheckedWire({ ...known, checked: checked.get(known.day) ?? null }), 200, NO_STORE)
  },
)

totalsRoutes.describe(
  {
    method: 'get',
    path: '/v1/audit/days',
    summary: 'Days of all lines that differed when they were checked last, newest first (operators)',
    description: `Of the last ${KEPT_DAYS} days.`,
    security: bearer,
    request: { query: pageQuery },
    responses: {
      200: json(differingPageSchema, 'A page of days'),
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
    const offset = readCursor(cursor, 0)
    const from = dayIn('UTC', Date.now() - KEPT_DAYS * DAY_MS)
    const rows = await readDatabase(() => findDifferingDays(c.env.DB, { from, offset, limit: pageSize + 1 }))
    const page = toPage(
      [...rows.entries()],
      pageSize,
      ([, { checkedAt, ...day }]) => ({ ...day, checkedAt: rfc3339(checkedAt) }),
      ([n]) => offset + n + 1,
    )
    return c.json(page, 200, NO_STORE)
  },
)

/** A day as a number that keeps the order of days: what a cursor holds. */
function numberOf(day: string): number {
  return Number(day.replaceAll('-', ''))
}

function dayOf(number: number): string {
  return String(number)
    .padStart(8, '0')
    .replace(/^(\d{4})(\d\d)(\d\d)$/, '$1-$2-$3')
}
