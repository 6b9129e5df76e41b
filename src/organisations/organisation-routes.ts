import { untilDone } from '../http/again.ts'
import { Api, bearer, bodyProblems, json, personProblems, problems } from '../http/api.ts'
import { readDatabase } from '../http/backends.ts'
import { checkAgainst, parseJson, readText } from '../http/body.ts'
import { cachedJson } from '../http/cached-reads.ts'
import { pageQuery, readCursor, toPage } from '../http/paging.ts'
import { Problem } from '../http/problem.ts'
import { NO_STORE, rfc3339 } from '../http/wire.ts'
import { z } from '../http/zod.ts'
import { LIFE_STATES } from '../life/states.ts'
import { signIn, signInOperator, signInPerson } from '../users/sign-in.ts'
import { roleIn } from './membership.ts'
import {
  changeOrganisation,
  createOrganisation,
  findOrganisation,
  listOrganisations,
  listTakenDreams,
  type Organisation,
} from './organisations-store.ts'
import { organisationId, organisationParam, requireAdmin, requireOrganisation, timestamp } from './params.ts'
import { decideOrganisationChange } from './rules.ts'

/** An organisation's body: 2,000 characters about it and three texts of 200, of 4 bytes each, and as much again. */
const MAX_ORGANISATION_BYTES = 24_576

const MAX_TEXT_LENGTH = 200
const MAX_ABOUT_LENGTH = 2_000

/** Most dreams shown with an organisation: a page of the largest size. */
const MAX_DREAMS_SHOWN = 100

const KINDS = ['foundation', 'charity', 'lab', 'company', 'school', 'other'] as const

const text = z.string().trim().min(1).max(MAX_TEXT_LENGTH)

const fields = {
  name: text,
  nameEn: text,
  kind: z.enum(KINDS),
  about: z.string().trim().max(MAX_ABOUT_LENGTH),
  contact: text.describe('Whom to reach there; shown to its members and to operators only.'),
}

const createBody = z
  .strictObject({ id: organisationId, ...fields, about: fields.about.default('') })
  .openapi('NewOrganisation')

const patchBody = z
  .strictObject({
    ...fields,
    state: z.enum(['active', 'closed']).describe('By operators only. One that is closed takes nothing on.'),
  })
  .partial()
  .openapi('OrganisationChange')

const publicFields = {
  id: z.string(),
  name: z.string(),
  nameEn: z.string(),
  kind: z.enum(KINDS),
  about: z.string(),
  state: z.enum(['active', 'closed']),
  createdAt: timestamp,
}

const listedSchema = z.object(publicFields).openapi('ListedOrganisation')

const pageSchema = z
  .object({ items: z.array(listedSchema), nextCursor: z.string().nullable() })
  .openapi('OrganisationPage')

const takenDreamSchema = z
  .object({
    id: z.string(),
    title: z.string(),
    titleEn: z.string().nullable().describe('Null before it is published.'),
    state: z.enum(LIFE_STATES),
  })
  .openapi('TakenDream')

const organisationSchema = z
  .object({
    ...publicFields,
    contact: z.string().optional().describe('For its members and operators.'),
    dreams: z
      .array(takenDreamSchema)
      .describe(
        `What it took on, newest first, at most ${MAX_DREAMS_SHOWN}; what is not published for its members and operators.`,
      ),
  })
  .openapi('Organisation')

export type ListedOrganisationWire = z.infer<typeof listedSchema>
export type OrganisationWire = z.infer<typeof organisationSchema>

/** An organisation as everyone may see it. */
export function toPublic({ id, name, nameEn, kind, about, state, createdAt }: Organisation) {
  return { id, name, nameEn, kind, about, state, createdAt: rfc3339(createdAt) }
}

/** An organisation with what it took on; `inside` is true for its members and operators. */
async function describeOrganisation(db: D1Database, organisation: Organisation, inside: boolean) {
  const dreams = await readDatabase(() =>
    listTakenDreams(db, organisation.id, {
      unpublished: inside,
      limit: MAX_DREAMS_SHOWN,
      now: Date.now(),
    }),
  )
  return { ...toPublic(organisation), ...(inside ? { contact: organisation.contact } : {}), dreams }
}

export const organisationItselfRoutes = new Api()

organisationItselfRoutes.describe(
  {
    method: 'post',
    path: '/v1/organisations',
    summary: 'Register an organisation or lab (operators)',
    description: 'It has no members yet: put an admin first.',
    security: bearer,
    request: { body: { required: true, content: { 'application/json': { schema: createBody } } } },
    responses: {
      201: json(organisationSchema, 'The organisation'),
      ...problems(
        ...bodyProblems,
        'token_missing',
        'token_invalid',
        'operator_only',
        'organisation_exists',
        'unavailable',
      ),
    },
  },
  async (c) => {
    const { user } = await signInOperator(c)
    const body = parseJson(await readText(c.req.raw, MAX_ORGANISATION_BYTES), createBody)
    const organisation: Organisation = { ...body, state: 'active', createdAt: Date.now() }
    if (!(await readDatabase(() => createOrganisation(c.env.DB, organisation, user))))
      throw new Problem('organisation_exists')
    return c.json({ ...toPublic(organisation), contact: organisation.contact, dreams: [] }, 201, NO_STORE)
  },
)

organisationItselfRoutes.describe(
  {
    method: 'get',
    path: '/v1/organisations',
    summary: 'The organisations and labs, oldest first',
    request: { query: pageQuery },
    responses: {
      200: json(pageSchema, 'A page of organisations'),
      ...problems('invalid_request', 'invalid_cursor', 'unavailable'),
    },
  },
  async (c) => {
    const { cursor, pageSize } = checkAgainst(pageQuery, c.req.query())
    const offset = readCursor(cursor, 0)
    const key = `organisations/${offset}/${pageSize}`
    const page = await cachedJson(c.req.raw, key, c.executionCtx, async () => {
      const rows = await readDatabase(() => listOrganisations(c.env.DB, offset, pageSize + 1))
      return toPage(
        [...rows.entries()],
        pageSize,
        ([, organisation]) => toPublic(organisation),
        ([n]) => offset + n + 1,
      )
    })
    return page ?? c.notFound()
  },
)

organisationItselfRoutes.describe(
  {
    method: 'get',
    path: '/v1/organisations/{organisation}',
    summary: 'One organisation and the dreams it took on',
    description: 'With a token of a member or operator also its contact and what is not published yet.',
    security: [{}, ...bearer],
    request: { params: organisationParam },
    responses: {
      200: json(organisationSchema, 'The organisation'),
      ...problems('token_missing', 'token_invalid', 'organisation_not_found', 'unavailable'),
    },
  },
  async (c) => {
    const id = c.req.param('organisation') ?? ''
    if (c.req.header('authorization') !== undefined) {
      const { user, operator } = await signIn(c)
      const organisation = await requireOrganisation(c, id)
      const inside = operator || (await readDatabase(() => roleIn(c.env.DB, id, user))) !== null
      return c.json(await describeOrganisation(c.env.DB, organisation, inside), 200, NO_STORE)
    }
    if (!organisationId.safeParse(id).success) throw new Problem('organisation_not_found')
    const answer = await cachedJson(c.req.raw, `organisation/${id}`, c.executionCtx, async () => {
      const organisation = await readDatabase(() => findOrganisation(c.env.DB, id))
      return organisation && describeOrganisation(c.env.DB, organisation, false)
    })
    if (!answer) throw new Problem('organisation_not_found')
    return answer
  },
)

organisationItselfRoutes.describe(
  {
    method: 'patch',
    path: '/v1/organisations/{organisation}',
    summary: 'Change an organisation (its admins), close or reopen it (operators)',
    description: 'What is not named stays.',
    security: bearer,
    request: {
      params: organisationParam,
      body: { required: true, content: { 'application/json': { schema: patchBody } } },
    },
    responses: {
      200: json(organisationSchema, 'The organisation as it is now'),
      ...problems(...bodyProblems, ...personProblems, 'not_yours', 'operator_only', 'organisation_not_found'),
    },
  },
  async (c) => {
    const principal = await signInPerson(c)
    const patch = parseJson(await readText(c.req.raw, MAX_ORGANISATION_BYTES), patchBody)
    const changed = await untilDone(async () => {
      const { organisation } = await requireAdmin(c, principal)
      if (patch.state !== undefined && !principal.operator)
        throw new Problem('operator_only', { detail: 'Only operators close an organisation or reopen it.' })
      const decision = decideOrganisationChange(organisation, patch)
      if (decision.kind === 'unchanged') return organisation
      return readDatabase(() => changeOrganisation(c.env.DB, organisation, decision, principal, Date.now()))
    })
    return c.json(await describeOrganisation(c.env.DB, changed, true), 200, NO_STORE)
  },
)
