import type { AppContext } from '../http/api.ts'
import { readDatabase } from '../http/backends.ts'
import { Problem } from '../http/problem.ts'
import { rfc3339, rfc3339OrNull } from '../http/wire.ts'
import { z } from '../http/zod.ts'
import { executorOf } from '../organisations/membership.ts'
import { signInPerson } from '../users/sign-in.ts'
import type { Principal } from '../users/tokens.ts'
import { SUPPORTER_KINDS, SUPPORTER_STATES, type SupportDecision } from './states.ts'
import { findSupporter, type NamedSupporter, type Supporter } from './store.ts'

/** What the routes of this room read from a request and write in an answer alike. */

/** An offer's id: its prefix and 32 digits are 36 characters. */
const MAX_ID_LENGTH = 64

export const supporterParam = z.object({ supporter: z.string().max(MAX_ID_LENGTH) })

/** Longest text of an offer, an invitation, a reason. */
const MAX_TEXT_LENGTH = 500

/** A body here: a text of 500 characters of 4 bytes, each escaped in JSON at the worst as 12, and some fields. */
export const MAX_BYTES = 8_192

export const longText = z.string().trim().min(1).max(MAX_TEXT_LENGTH)

/** A reason; where it is missing the answer is reason_missing (422), so it may be. */
export const reasonBody = z
  .strictObject({ reason: z.string().trim().max(MAX_TEXT_LENGTH).default('') })
  .openapi('SupporterReason')

const timestamp = z.iso.datetime()

const minutesSchema = z
  .object({
    recorded: z.int().describe('Waiting to be confirmed.'),
    confirmed: z.int(),
    refused: z.int(),
  })
  .openapi('SupporterMinutes')

const fields = {
  id: z.string(),
  dream: z.string(),
  kind: z.enum(SUPPORTER_KINDS),
  text: z.string(),
  state: z.enum(SUPPORTER_STATES),
  answer: z.string().nullable().describe('The invitation, or why it was declined.'),
  minutes: minutesSchema,
  offeredAt: timestamp,
  invitedAt: timestamp.nullable(),
  decidedAt: timestamp.nullable(),
}

/** An offer, as the one who made it sees it. */
export const supportingSchema = z
  .object({
    ...fields,
    public: z.boolean().describe('Whether everyone may see what was done for the dream.'),
  })
  .openapi('Supporting')

/** An offer, as those see it who carry the dream out. */
export const supporterSchema = z
  .object({
    ...fields,
    name: z
      .string()
      .nullable()
      .describe('Null once the offer no longer stands or the dream is over, or when none was given.'),
    contact: z.string().nullable(),
  })
  .openapi('Supporter')

function fieldsOf(supporter: Supporter) {
  const { id, dream, kind, text, state, answer, recorded, confirmed, refused } = supporter
  return {
    ...{ id, dream, kind, text, state, answer, minutes: { recorded, confirmed, refused } },
    offeredAt: rfc3339(supporter.offeredAt),
    invitedAt: rfc3339OrNull(supporter.invitedAt),
    decidedAt: rfc3339OrNull(supporter.decidedAt),
  }
}

export const toSupporting = (supporter: Supporter) => ({
  ...fieldsOf(supporter),
  public: supporter.public === 1,
})

export const toSupporter = (supporter: NamedSupporter) => ({
  ...fieldsOf(supporter),
  name: supporter.name || null,
  contact: supporter.contact || null,
})

/** The offer a path names. Throws supporter_not_found (404) and unavailable (503). */
export async function requireSupporter(c: AppContext): Promise<Supporter> {
  const id = c.req.param('supporter') ?? ''
  const found = id.length <= MAX_ID_LENGTH && (await readDatabase(() => findSupporter(c.env.DB, id)))
  if (!found) throw new Problem('supporter_not_found')
  return found
}

/** Who asks and for which offer of theirs. Throws as `signInPerson`, supporter_not_found (404), not_yours (403). */
export async function readOwn(c: AppContext): Promise<{ principal: Principal; supporter: Supporter }> {
  const principal = await signInPerson(c)
  const supporter = await requireSupporter(c)
  if (supporter.user !== principal.user) throw new Problem('not_yours')
  return { principal, supporter }
}

/** Whether someone carries a dream out, or is an operator. */
export async function executes(
  c: AppContext,
  { user, operator }: Principal,
  dream: string,
): Promise<boolean> {
  return operator || (await readDatabase(() => executorOf(c.env.DB, dream, user))) !== null
}

/**
 * Who asks and for which offer to a dream that they carry out, or as an operator. Throws as `signInPerson`,
 * supporter_not_found (404), executor_only (403).
 */
export async function readExecuted(c: AppContext): Promise<{ principal: Principal; supporter: Supporter }> {
  const principal = await signInPerson(c)
  const supporter = await requireSupporter(c)
  if (!(await executes(c, principal, supporter.dream))) throw new Problem('executor_only')
  return { principal, supporter }
}

/** Throws what a refused move is on the wire: state_conflict (409), not_yours (403), reason_missing (422). */
export function requireMove(decision: SupportDecision): void {
  if (decision.kind === 'move') return
  if (decision.why === 'no_such_move') throw new Problem('state_conflict')
  throw new Problem(decision.why)
}
