import { untilDone } from '../http/again.ts'
import { Api, bearer, json, problems } from '../http/api.ts'
import { readDatabase } from '../http/backends.ts'
import { checkAgainst, parseJson, readText } from '../http/body.ts'
import { pageQuery, readCursor, toPage } from '../http/paging.ts'
import { Problem } from '../http/problem.ts'
import { NO_STORE } from '../http/wire.ts'
import { z } from '../http/zod.ts'
import { signIn, signInPerson } from '../users/sign-in.ts'
import { newProposalId, proposalParam, proposalSchema, requireProposal, toWire } from './params.ts'
import { pictureIds } from './picture-ids.ts'
import { ownsPictures } from './pictures-store.ts'
import { MAX_DRAFTS, MAX_LENGTHS, MAX_PROPOSAL_PICTURES } from './proposing.ts'
import { changeDraft, createDraft, deleteDraft, listProposalsOf, type ProposalContent } from './store.ts'

/** 4,480 characters, of six bytes each when they are escaped, nine ids of 43, and the fields' names. */
const MAX_PROPOSAL_BYTES = 32_768

const text = (field: keyof typeof MAX_LENGTHS) => z.string().trim().max(MAX_LENGTHS[field])

const fields = {
  title: text('title'),
  what: text('what').describe('What is to be done.'),
  forWhom: text('forWhom'),
  place: text('place'),
  howMany: text('howMany').describe('How many people, places or things it is about.'),
  why: text('why'),
  pictures: pictureIds(MAX_PROPOSAL_PICTURES).describe('Ids of pictures the proposer uploaded.'),
}

const createBody = z
  .strictObject({
    title: fields.title.default(''),
    what: fields.what.default(''),
    forWhom: fields.forWhom.default(''),
    place: fields.place.default(''),
    howMany: fields.howMany.default(''),
    why: fields.why.default(''),
    pictures: fields.pictures.default([]),
  })
  .openapi('NewProposal')

const patchBody = z.strictObject(fields).partial().openapi('ProposalChange')

const proposalPageSchema = z
  .object({ items: z.array(proposalSchema), nextCursor: z.string().nullable() })
  .openapi('ProposalPage')

async function requireOwnPictures(
  db: D1Database,
  user: string,
  ids: readonly string[] | undefined,
): Promise<void> {
  // Before the write and not in it: nobody else's picture becomes theirs.
  if (ids && !(await readDatabase(() => ownsPictures(db, user, ids))))
    throw new Problem('invalid_request', {
      errors: [{ path: 'pictures', message: 'not all of these are pictures you uploaded' }],
    })
}

/** Only what differs from what there is. */
function differing(content: ProposalContent, patch: z.output<typeof patchBody>): Partial<ProposalContent> {
  const names = Object.keys(patch) as (keyof ProposalContent)[]
  const changed = names.filter(
    (name) => patch[name] !== undefined && JSON.stringify(patch[name]) !== JSON.stringify(content[name]),
  )
  return Object.fromEntries(changed.map((name) => [name, patch[name]]))
}

const notDraft = (): Problem => new Problem('state_conflict', { detail: 'It is no draft any more.' })

export const draftRoutes = new Api()

draftRoutes.describe(
  {
    method: 'post',
    path: '/v1/proposals',
    summary: 'Begin to propose a dream, as a draft',
    description: `Any text may be left empty until it is proposed, with a move to \`proposed\`. At most ${MAX_DRAFTS} drafts a user.`,
    security: bearer,
    request: { body: { required: true, content: { 'application/json': { schema: createBody } } } },
    responses: {
      201: json(proposalSchema, 'The draft'),
      ...problems(
        'invalid_json',
        'invalid_request',
        'token_missing',
        'token_invalid',
        'account_deleted',
        'body_too_large',
        'unsupported_media_type',
        'limit_reached',
        'unavailable',
      ),
    },
  },
  async (c) => {
    const { user } = await signInPerson(c)
    const content = parseJson(await readText(c.req.raw, MAX_PROPOSAL_BYTES), createBody)
    await requireOwnPictures(c.env.DB, user, content.pictures)
    const now = Date.now()
    const proposal = await readDatabase(() => createDraft(c.env.DB, newProposalId(), content, user, now))
    if (!proposal) throw new Problem('limit_reached', { detail: `A user has at most ${MAX_DRAFTS} drafts.` })
    return c.json(toWire({ proposal, dream: null }, now), 201, NO_STORE)
  },
)

draftRoutes.describe(
  {
    method: 'get',
    path: '/v1/proposals/{proposal}',
    summary: 'One proposal (its proposers, and operators)',
    description: 'A draft is there for its proposer alone.',
    security: bearer,
    request: { params: proposalParam },
    responses: {
      200: json(proposalSchema, 'The proposal'),
      ...problems('token_missing', 'token_invalid', 'not_yours', 'proposal_not_found', 'unavailable'),
    },
  },
  async (c) => {
    const { user, operator } = await signIn(c)
    const seen = await requireProposal(c, user)
    if (seen.via === null && !operator) throw new Problem('not_yours')
    return c.json(toWire(seen, Date.now()), 200, NO_STORE)
  },
)

draftRoutes.describe(
  {
    method: 'patch',
    path: '/v1/proposals/{proposal}',
    summary: 'Change a draft (its proposer)',
    description: 'What is not named stays.',
    security: bearer,
    request: {
      params: proposalParam,
      body: { required: true, content: { 'application/json': { schema: patchBody } } },
    },
    responses: {
      200: json(proposalSchema, 'The draft as it is now'),
      ...problems(
        'invalid_json',
        'invalid_request',
        'token_missing',
        'token_invalid',
        'account_deleted',
        'not_yours',
        'proposal_not_found',
        'state_conflict',
        'body_too_large',
        'unsupported_media_type',
        'unavailable',
      ),
    },
  },
  async (c) => {
    const { user } = await signInPerson(c)
    const patch = parseJson(await readText(c.req.raw, MAX_PROPOSAL_BYTES), patchBody)
    return untilDone(async () => {
      const { proposal, via } = await requireProposal(c, user)
      if (via !== proposal.id) throw new Problem('not_yours')
      if (proposal.state !== 'draft') throw notDraft()
      const set = differing(proposal, patch)
      const now = Date.now()
      if (Object.keys(set).length === 0) return c.json(toWire({ proposal, dream: null }, now), 200, NO_STORE)
      await requireOwnPictures(c.env.DB, user, set.pictures)
      const changed = await readDatabase(() => changeDraft(c.env.DB, proposal, set, user, now))
      if (changed) return c.json(toWire({ proposal: changed, dream: null }, now), 200, NO_STORE)
      return null
    })
  },
)

draftRoutes.describe(
  {
    method: 'delete',
    path: '/v1/proposals/{proposal}',
    summary: 'Delete a draft (its proposer)',
    security: bearer,
    request: { params: proposalParam },
    responses: {
      204: { description: 'Deleted' },
      ...problems(
        'token_missing',
        'token_invalid',
        'not_yours',
        'proposal_not_found',
        'state_conflict',
        'unavailable',
      ),
    },
  },
  async (c) => {
    const { user } = await signIn(c)
    const { proposal, via } = await requireProposal(c, user)
    if (via !== proposal.id) throw new Problem('not_yours')
    if (!(await readDatabase(() => deleteDraft(c.env.DB, proposal, user, Date.now())))) {
      // Sent meanwhile or before, or deleted by another request.
      await requireProposal(c, user)
      throw notDraft()
    }
    return c.body(null, 204, NO_STORE)
  },
)

draftRoutes.describe(
  {
    method: 'get',
    path: '/v1/me/proposals',
    summary: 'What I am a proposer of, newest first',
    description: 'What I wrote, drafts too, and what it was merged into.',
    security: bearer,
    request: { query: pageQuery },
    responses: {
      200: json(proposalPageSchema, 'A page of proposals'),
      ...problems(
        'invalid_request',
        'invalid_cursor',
        'token_missing',
        'token_invalid',
        'account_deleted',
        'unavailable',
      ),
    },
  },
  async (c) => {
    const { user } = await signInPerson(c)
    const { cursor, pageSize } = checkAgainst(pageQuery, c.req.query())
    const before = readCursor(cursor, Number.MAX_SAFE_INTEGER)
    const rows = await readDatabase(() => listProposalsOf(c.env.DB, user, before, pageSize + 1))
    const now = Date.now()
    const page = toPage(
      rows,
      pageSize,
      (row) => toWire(row, now),
      ({ proposal }) => proposal.number,
    )
    return c.json(page, 200, NO_STORE)
  },
)
