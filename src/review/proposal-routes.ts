import { Api, bearer, json, problems } from '../http/api.ts'
import { readDatabase } from '../http/backends.ts'
import { checkAgainst, parseJson, readText } from '../http/body.ts'
import { Problem } from '../http/problem.ts'
import { NO_STORE, rfc3339, rfc3339OrNull } from '../http/wire.ts'
import { z } from '../http/zod.ts'
import { signInOperator } from '../users/sign-in.ts'
import { findDesk } from './desk-store.ts'
import { overlap } from './overlap.ts'
import {
  deskProposalSchema,
  OPERATED,
  proposalIds,
  proposalParam,
  readOperated,
  timestamp,
  WITH_BODY,
} from './params.ts'
import {
  addNote,
  findProposals,
  findReviewed,
  MAX_NAMED_MERGES,
  MAX_NAMED_MOVES,
  MAX_NAMED_PROPOSERS,
  MAX_NOTES,
  type Proposal,
  type ReviewedProposal,
  type ReviewNote,
} from './proposal-store.ts'

/** One proposal on the desk, or a few side by side: the text, and what operators say of it. */

/** Proposals side by side: as many columns as a wide screen has. */
const MAX_COMPARED = 6

/** Longest note, in UTF-16 units; two pages. */
const MAX_NOTE_LENGTH = 4_000

/** A note's body: 4,000 escapes of 6 bytes, and its name. */
const MAX_NOTE_BYTES = 24_576

const textSchema = deskProposalSchema.omit({ proposers: true, notes: true }).extend({
  what: z.string(),
  forWhom: z.string(),
  howMany: z.string(),
  why: z.string(),
  pictures: z.array(z.string()),
  reason: z.string().nullable().describe('What was said for the last decision.'),
  mergedInto: z.string().nullable(),
  createdAt: timestamp,
})

const noteSchema = z
  .object({
    id: z.string(),
    author: z.string().describe('The operator’s user id.'),
    text: z.string(),
    at: timestamp,
  })
  .openapi('ReviewNote')

const reviewedSchema = textSchema
  .extend({
    proposerCount: z.int(),
    proposers: z
      .array(
        z.object({
          user: z.string(),
          via: z.string().describe('The proposal by which they came: another one where it was merged.'),
          at: timestamp,
        }),
      )
      .describe(`Who came first, at most ${MAX_NAMED_PROPOSERS}.`),
    merged: z
      .array(z.object({ id: z.string(), title: z.string() }))
      .describe(`What was merged into it, the newest, at most ${MAX_NAMED_MERGES}.`),
    notes: z.array(noteSchema),
    moves: z
      .array(
        z.object({
          at: timestamp,
          from: z.string(),
          to: z.string(),
          by: z.string(),
          reason: z.string().optional(),
          into: z.string().optional(),
        }),
      )
      .describe(`Its history, oldest first; the latest ${MAX_NAMED_MOVES}.`),
  })
  .openapi('ReviewedProposal')

const comparisonSchema = z
  .object({
    items: z.array(textSchema),
    overlaps: z
      .array(
        z.object({
          a: z.string(),
          b: z.string(),
          shared: z.int().describe('Different words in both; in Chinese, pairs of characters.'),
          share: z.number().describe('The same as a part of the words of the shorter one.'),
          words: z.array(z.string()).describe('Some of them.'),
        }),
      )
      .describe('Each of them with each after it.'),
  })
  .openapi('Comparison')

export type ProposalTextWire = z.infer<typeof textSchema>
export type ReviewedWire = z.infer<typeof reviewedSchema>
export type ComparisonWire = z.infer<typeof comparisonSchema>

const compareQuery = z.object({
  ids: z
    .string()
    .transform((text) => text.split(','))
    .pipe(proposalIds(MAX_COMPARED).min(2))
    .openapi({ type: 'string', description: `2 to ${MAX_COMPARED} ids, with commas between.` }),
})

const noteBody = z
  .strictObject({ text: z.string().trim().min(1).max(MAX_NOTE_LENGTH) })
  .openapi('NewReviewNote')

function textToWire({ proposedAt, createdAt, updatedAt, ...rest }: Proposal) {
  const times = { proposedAt: rfc3339OrNull(proposedAt), createdAt: rfc3339(createdAt) }
  return { ...rest, ...times, updatedAt: rfc3339(updatedAt) }
}

function noteToWire({ id, author, text, at }: ReviewNote) {
  return { id: String(id), author, text, at: rfc3339(at) }
}

function reviewedToWire({ proposal, proposers, notes, moves, ...rest }: ReviewedProposal) {
  return {
    ...textToWire(proposal),
    ...rest,
    proposers: proposers.map(({ at, ...proposer }) => ({ ...proposer, at: rfc3339(at) })),
    notes: notes.map(noteToWire),
    moves: moves.map(({ at, data }) => ({ at: rfc3339(at), ...data })),
  }
}

export const reviewedProposalRoutes = new Api()

reviewedProposalRoutes.describe(
  {
    method: 'get',
    path: '/v1/review/proposals/{proposal}',
    summary: 'All of a proposal: text, proposers, notes, history (operators)',
    security: bearer,
    request: { params: proposalParam },
    responses: {
      200: json(reviewedSchema, 'The proposal'),
      ...problems('proposal_not_found', ...OPERATED),
    },
  },
  async (c) => {
    const { proposal } = await readOperated(c)
    const found = await readDatabase(() => findReviewed(c.env.DB, proposal))
    if (!found) throw new Problem('proposal_not_found')
    return c.json(reviewedToWire(found), 200, NO_STORE)
  },
)

reviewedProposalRoutes.describe(
  {
    method: 'get',
    path: '/v1/review/compare',
    summary: 'Proposals side by side, with the words they share (operators)',
    security: bearer,
    request: { query: compareQuery },
    responses: {
      200: json(comparisonSchema, 'The proposals, in the order asked for'),
      ...problems('invalid_request', 'proposal_not_found', ...OPERATED),
    },
  },
  async (c) => {
    await signInOperator(c)
    const { ids } = checkAgainst(compareQuery, c.req.query())
    const rows = await readDatabase(() => findProposals(c.env.DB, ids))
    const items = ids.map((id) => {
      const row = rows.find((each) => each.id === id)
      if (!row) throw new Problem('proposal_not_found', { detail: id })
      return row
    })
    const texts = items.map(({ id, title, what, forWhom, place, howMany, why }) => ({
      ...{ id, text: [title, what, forWhom, place, howMany, why].join('\n') },
    }))
    return c.json({ items: items.map(textToWire), overlaps: overlap(texts) }, 200, NO_STORE)
  },
)

reviewedProposalRoutes.describe(
  {
    method: 'post',
    path: '/v1/review/proposals/{proposal}/notes',
    summary: 'Note something on a proposal, for operators alone (operators)',
    description: `At most ${MAX_NOTES} on a proposal.`,
    security: bearer,
    request: {
      params: proposalParam,
      body: { required: true, content: { 'application/json': { schema: noteBody } } },
    },
    responses: {
      201: json(noteSchema, 'The note'),
      ...problems('proposal_not_found', 'limit_reached', ...WITH_BODY, ...OPERATED),
    },
  },
  async (c) => {
    const { user, proposal } = await readOperated(c)
    const { text } = parseJson(await readText(c.req.raw, MAX_NOTE_BYTES), noteBody)
    const note = { proposal, author: user, text, at: Date.now() }
    const added = await readDatabase(() => addNote(c.env.DB, note))
    if (added) return c.json(noteToWire(added), 201, NO_STORE)
    const [found] = await readDatabase(() => findDesk(c.env.DB, [proposal]))
    throw new Problem(found ? 'limit_reached' : 'proposal_not_found')
  },
)
