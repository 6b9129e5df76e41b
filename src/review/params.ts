import { dreamId } from '../dreams/ids.ts'
import type { AppContext } from '../http/api.ts'
import { Problem } from '../http/problem.ts'
import { rfc3339, rfc3339OrNull } from '../http/wire.ts'
import { z } from '../http/zod.ts'
import { MAX_USER_ID_LENGTH, VISIBLE_ASCII } from '../users/ids.ts'
import { signInOperator } from '../users/sign-in.ts'
import { DESK_STATES, type DeskProposal } from './desk-store.ts'

/** What the routes of this room read from a request and write in an answer alike. */

/** Most proposals of one decision or assignment: two full pages of the desk's list. */
export const MAX_BULK = 200

/** Longest reason, in UTF-16 units: a few sentences; it is read in feeds. */
const MAX_REASON_LENGTH = 1_000

/** A body: 200 ids of 64 and their quotes, a reason of 1,000 escapes of 6 bytes, a user id, and names. */
export const MAX_BULK_BYTES = 24_576

export const proposalParam = z.object({ proposal: dreamId })

export const timestamp = z.iso.datetime()

export const userId = z.string().min(1).max(MAX_USER_ID_LENGTH).regex(VISIBLE_ASCII)

/** Different proposals, at most `max`. */
export const proposalIds = (max: number) =>
  z
    .array(dreamId)
    .min(1)
    .max(max)
    .refine((ids) => new Set(ids).size === ids.length, 'a proposal stands there twice')

/** Why; null when nothing is said. */
export const reason = z
  .string()
  .trim()
  .max(MAX_REASON_LENGTH)
  .optional()
  .transform((text) => text || null)
  .describe('Public, and told to the proposers.')

/** A proposal of a list. */
export const deskProposalSchema = z
  .object({
    id: z.string(),
    number: z.int().describe('Proposals are numbered as they were begun.'),
    state: z.enum(DESK_STATES),
    title: z.string(),
    place: z.string(),
    proposers: z.int().describe('How many people propose it.'),
    notes: z.int().describe('How many notes operators made on it.'),
    assignee: z.string().nullable(),
    proposedAt: timestamp.nullable(),
    updatedAt: timestamp,
  })
  .openapi('DeskProposal')

export type DeskProposalWire = z.infer<typeof deskProposalSchema>

/** A proposal of a list, as answers write it. */
export function deskToWire(proposal: DeskProposal) {
  const { proposedAt, updatedAt, ...rest } = proposal
  return { ...rest, proposedAt: rfc3339OrNull(proposedAt), updatedAt: rfc3339(updatedAt) }
}

/** Who asks and of which proposal; operators only. Throws operator_only (403), proposal_not_found (404). */
export async function readOperated(c: AppContext): Promise<{ user: string; proposal: string }> {
  const { user } = await signInOperator(c)
  const id = dreamId.safeParse(c.req.param('proposal'))
  if (!id.success) throw new Problem('proposal_not_found')
  return { user, proposal: id.data }
}

/** Codes of a route that only operators may use. */
export const OPERATED = ['token_missing', 'token_invalid', 'operator_only', 'unavailable'] as const

/** Codes of a route that takes a body. */
export const WITH_BODY = [
  'invalid_json',
  'invalid_request',
  'body_too_large',
  'unsupported_media_type',
] as const
