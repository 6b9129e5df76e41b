import { Api, type AppContext, bearer, bodyProblems, json, personProblems, problems } from '../http/api.ts'
import { readDatabase } from '../http/backends.ts'
import { checkAgainst, parseJson, readText } from '../http/body.ts'
import { newId } from '../http/ids.ts'
import { pageQuery, readCursor, toPage } from '../http/paging.ts'
import { Problem } from '../http/problem.ts'
import { NO_STORE, rfc3339, rfc3339OrNull } from '../http/wire.ts'
import { z } from '../http/zod.ts'
import { signInPerson } from '../users/sign-in.ts'
import { findHours, type Hours, listHours, moveHours, recordHours } from './hours-store.ts'
import {
  executes,
  longText,
  MAX_BYTES,
  readExecuted,
  readOwn,
  reasonBody,
  requireMove,
  requireSupporter,
  supporterParam,
} from './params.ts'
import { decideDay, decideHours, HOURS_STATES, MAX_MINUTES_A_DAY } from './states.ts'

/** The time supporters gave: they record it, those who carry the dream out confirm or refuse it. */

const timestamp = z.iso.datetime()

const hoursSchema = z
  .object({
    id: z.string(),
    supporter: z.string(),
    day: z.iso.date(),
    minutes: z.int(),
    what: z.string(),
    state: z.enum(HOURS_STATES),
    reason: z.string().nullable().describe('Why it was refused.'),
    recordedAt: timestamp,
    decidedAt: timestamp.nullable(),
  })
  .openapi('SupporterHours')

const hoursPageSchema = z
  .object({ items: z.array(hoursSchema), nextCursor: z.string().nullable() })
  .openapi('SupporterHoursPage')

const hoursBody = z
  .strictObject({
    day: z.iso.date().describe('Where the supporter was; from the invitation to today.'),
    minutes: z.int().min(1).max(MAX_MINUTES_A_DAY),
    what: longText,
  })
  .openapi('SupporterHoursRequest')

const hoursParam = supporterParam.extend({ hours: z.string().max(64) })

function toWire(hours: Hours) {
  const { id, supporter, day, minutes, what, state, reason } = hours
  return {
    ...{ id, supporter, day, minutes, what, state, reason },
    recordedAt: rfc3339(hours.recordedAt),
    decidedAt: rfc3339OrNull(hours.decidedAt),
  }
}

async function requireHours(c: AppContext, supporter: string): Promise<Hours> {
  const found = await readDatabase(() => findHours(c.env.DB, supporter, c.req.param('hours') ?? ''))
  if (!found)
    throw new Problem('supporter_not_found', { detail: 'The supporter recorded no time under this id.' })
  return found
}

export const hoursRoutes = new Api()

hoursRoutes.describe(
  {
    method: 'post',
    path: '/v1/supporters/{supporter}/hours',
    summary: 'Record time given to a dream, once invited (the supporter)',
    description: `While the dream goes on. At most ${MAX_MINUTES_A_DAY} minutes of a day, for whatever the caller supports; what was refused does not count.`,
    security: bearer,
    request: {
      params: supporterParam,
      body: { required: true, content: { 'application/json': { schema: hoursBody } } },
    },
    responses: {
      201: json(hoursSchema, 'What was recorded'),
      ...problems(
        ...personProblems,
        ...bodyProblems,
        'not_yours',
        'supporter_not_found',
        'state_conflict',
        'too_late',
        'limit_reached',
      ),
    },
  },
  async (c) => {
    const { supporter } = await readOwn(c)
    const body = parseJson(await readText(c.req.raw, MAX_BYTES), hoursBody)
    const now = Date.now()
    if (supporter.state !== 'invited' || supporter.invitedAt === null) throw notInvited()
    const day = decideDay(body.day, supporter.invitedAt, now)
    if (day !== 'good') {
      const message = day === 'not_yet' ? 'lies in the future' : 'lies before the invitation'
      throw new Problem('invalid_request', { errors: [{ path: 'day', message }] })
    }
    const id = newId('hrs')
    const outcome = await readDatabase(() => recordHours(c.env.DB, supporter, { id, ...body }, now))
    if (outcome.kind === 'not_invited') throw notInvited()
    if (outcome.kind === 'over') throw new Problem('too_late')
    if (outcome.kind === 'too_many') throw new Problem('limit_reached')
    if (outcome.kind === 'day_full')
      throw new Problem('limit_reached', { detail: `${outcome.left} minutes of that day are left.` })
    const recorded = await readDatabase(() => findHours(c.env.DB, supporter.id, id))
    if (!recorded) throw new Problem('unavailable')
    return c.json(toWire(recorded), 201, NO_STORE)
  },
)

const notInvited = () => new Problem('state_conflict', { detail: 'Time is recorded once invited.' })

hoursRoutes.describe(
  {
    method: 'get',
    path: '/v1/supporters/{supporter}/hours',
    summary: 'What a supporter recorded, newest first (the supporter, and those who carry the dream out)',
    security: bearer,
    request: { params: supporterParam, query: pageQuery },
    responses: {
      200: json(hoursPageSchema, 'A page of records'),
      ...problems(
        ...personProblems,
        'executor_only',
        'supporter_not_found',
        'invalid_request',
        'invalid_cursor',
      ),
    },
  },
  async (c) => {
    const principal = await signInPerson(c)
    const supporter = await requireSupporter(c)
    if (supporter.user !== principal.user && !(await executes(c, principal, supporter.dream)))
      throw new Problem('executor_only')
    const { cursor, pageSize } = checkAgainst(pageQuery, c.req.query())
    const before = readCursor(cursor, Number.MAX_SAFE_INTEGER)
    const rows = await readDatabase(() => listHours(c.env.DB, supporter.id, before, pageSize + 1))
    return c.json(
      toPage(rows, pageSize, toWire, ({ number }) => number),
      200,
      NO_STORE,
    )
  },
)

/** Confirms or refuses recorded time, if it may be; never one's own. */
async function decideRecord(c: AppContext, to: 'confirmed' | 'refused') {
  const { principal, supporter } = await readExecuted(c)
  const reason = to === 'refused' ? parseJson(await readText(c.req.raw, MAX_BYTES), reasonBody).reason : null
  const hours = await requireHours(c, supporter.id)
  if (supporter.user === principal.user)
    throw new Problem('not_yours', { detail: 'Nobody decides on the time they gave themselves.' })
  requireMove(decideHours(hours.state, to, 'executor', reason))
  const move = { to, actor: principal.user, reason }
  if (!(await readDatabase(() => moveHours(c.env.DB, supporter, hours, move, Date.now()))))
    throw new Problem('state_conflict', { detail: 'It was changed at the same time; look again.' })
  return c.json(toWire(await requireHours(c, supporter.id)), 200, NO_STORE)
}

const decideProblems = [
  ...personProblems,
  'executor_only',
  'not_yours',
  'supporter_not_found',
  'state_conflict',
] as const

hoursRoutes.describe(
  {
    method: 'post',
    path: '/v1/supporters/{supporter}/hours/{hours}/confirm',
    summary: 'Confirm time a supporter gave (those who carry the dream out)',
    security: bearer,
    request: { params: hoursParam },
    responses: { 200: json(hoursSchema, 'The record, confirmed'), ...problems(...decideProblems) },
  },
  (c) => decideRecord(c, 'confirmed'),
)

hoursRoutes.describe(
  {
    method: 'post',
    path: '/v1/supporters/{supporter}/hours/{hours}/refuse',
    summary: 'Refuse time a supporter recorded, with a reason (those who carry the dream out)',
    security: bearer,
    request: {
      params: hoursParam,
      body: { required: true, content: { 'application/json': { schema: reasonBody } } },
    },
    responses: {
      200: json(hoursSchema, 'The record, refused'),
      ...problems(...decideProblems, ...bodyProblems, 'reason_missing'),
    },
  },
  (c) => decideRecord(c, 'refused'),
)
