import { untilDone } from '../http/again.ts'
import { Api, bearer, bodyProblems, json, personProblems, problems } from '../http/api.ts'
import { readDatabase } from '../http/backends.ts'
import { checkAgainst, parseJson, readText } from '../http/body.ts'
import { pageQuery, readCursor, toPage } from '../http/paging.ts'
import { Problem } from '../http/problem.ts'
import { NO_STORE, rfc3339 } from '../http/wire.ts'
import { z } from '../http/zod.ts'
import { isUserId, MAX_USER_ID_LENGTH } from '../users/ids.ts'
import { signInPerson } from '../users/sign-in.ts'
import {
  listMembers,
  listMemberships,
  loadMembership,
  type Member,
  putMember,
  removeMember,
} from './members-store.ts'
import { toPublic } from './organisation-routes.ts'
import { organisationParam, readAsMember, requireAdmin, requireInsider, timestamp } from './params.ts'
import { decideMember, MAX_MEMBERS, type MemberDecision } from './rules.ts'

/** A member's body is `{"role": "admin"}`; nothing sensible needs more. */
const MAX_MEMBER_BYTES = 1_024

const role = z.enum(['admin', 'member'])

const memberParam = organisationParam.extend({ user: z.string().max(MAX_USER_ID_LENGTH) })

const memberBody = z.strictObject({ role }).openapi('MemberRequest')

const memberSchema = z.object({ user: z.string(), role, since: timestamp }).openapi('Member')

export type MemberWire = z.infer<typeof memberSchema>

const memberPageSchema = z
  .object({ items: z.array(memberSchema), nextCursor: z.string().nullable() })
  .openapi('MemberPage')

const membershipPageSchema = z
  .object({
    items: z.array(
      z
        .object({
          id: z.string(),
          name: z.string(),
          nameEn: z.string(),
          kind: z.string(),
          about: z.string(),
          contact: z.string(),
          state: z.enum(['active', 'closed']),
          createdAt: timestamp,
          role: role.describe('The part of the caller.'),
          since: timestamp,
        })
        .openapi('Membership'),
    ),
    nextCursor: z.string().nullable(),
  })
  .openapi('MembershipPage')

const toWire = ({ user, role, at }: Member) => ({ user, role, since: rfc3339(at) })

/** The user a path names. Throws member_not_found (404) for what is no user id. */
function readUser(user: unknown): string {
  if (!isUserId(user)) throw new Problem('member_not_found')
  return user
}

function refuse({ why }: Extract<MemberDecision, { kind: 'refuse' }>): Problem {
  switch (why) {
    case 'no_member':
      return new Problem('member_not_found')
    case 'last_admin':
      return new Problem('state_conflict', {
        detail: 'An active organisation keeps its last admin; make another one first.',
      })
    case 'full':
      return new Problem('limit_reached', { detail: `An organisation has at most ${MAX_MEMBERS} members.` })
  }
}

export const memberRoutes = new Api()

memberRoutes.describe(
  {
    method: 'get',
    path: '/v1/organisations/{organisation}/members',
    summary: 'Who acts for an organisation, in the order they joined (its members, operators)',
    security: bearer,
    request: { params: organisationParam, query: pageQuery },
    responses: {
      200: json(memberPageSchema, 'A page of members'),
      ...problems(
        'invalid_request',
        'invalid_cursor',
        'token_missing',
        'token_invalid',
        'not_yours',
        'organisation_not_found',
        'unavailable',
      ),
    },
  },
  async (c) => {
    const { organisation } = await readAsMember(c)
    const { cursor, pageSize } = checkAgainst(pageQuery, c.req.query())
    const offset = readCursor(cursor, 0)
    const rows = await readDatabase(() => listMembers(c.env.DB, organisation.id, offset, pageSize + 1))
    const page = toPage(
      [...rows.entries()],
      pageSize,
      ([, member]) => toWire(member),
      ([n]) => offset + n + 1,
    )
    return c.json(page, 200, NO_STORE)
  },
)

memberRoutes.describe(
  {
    method: 'put',
    path: '/v1/organisations/{organisation}/members/{user}',
    summary: 'Make someone a member or admin (its admins, operators)',
    description: `At most ${MAX_MEMBERS} members. The last admin of an active organisation stays one.`,
    security: bearer,
    request: {
      params: memberParam,
      body: { required: true, content: { 'application/json': { schema: memberBody } } },
    },
    responses: {
      200: json(memberSchema, 'The member'),
      ...problems(
        ...bodyProblems,
        ...personProblems,
        'not_yours',
        'organisation_not_found',
        'member_not_found',
        'state_conflict',
        'limit_reached',
      ),
    },
  },
  async (c) => {
    const principal = await signInPerson(c)
    const body = parseJson(await readText(c.req.raw, MAX_MEMBER_BYTES), memberBody)
    const member = await untilDone(async () => {
      const { organisation } = await requireAdmin(c, principal)
      const user = readUser(c.req.param('user'))
      const wish = { organisation: organisation.id, user, role: body.role }
      const was = await readDatabase(() => loadMembership(c.env.DB, organisation.id, user))
      if (!was) throw new Problem('organisation_not_found')
      if (was.deleted) throw new Problem('state_conflict', { detail: 'This account was deleted.' })
      const decision = decideMember(was, body.role)
      if (decision.kind === 'refuse') throw refuse(decision)
      if (decision.kind === 'unchanged') return { ...wish, at: was.at ?? 0 }
      return readDatabase(() => putMember(c.env.DB, wish, was.role, principal, Date.now()))
    })
    return c.json(toWire(member), 200, NO_STORE)
  },
)

memberRoutes.describe(
  {
    method: 'delete',
    path: '/v1/organisations/{organisation}/members/{user}',
    summary: 'Take someone out of an organisation (its admins, operators, themselves)',
    description: 'The last admin of an active organisation cannot go.',
    security: bearer,
    request: { params: memberParam },
    responses: {
      204: { description: 'Removed' },
      ...problems(
        ...personProblems,
        'not_yours',
        'organisation_not_found',
        'member_not_found',
        'state_conflict',
      ),
    },
  },
  async (c) => {
    const principal = await signInPerson(c)
    await untilDone(async () => {
      const itself = c.req.param('user') === principal.user
      const { organisation } = await (itself ? requireInsider : requireAdmin)(c, principal)
      const user = readUser(c.req.param('user'))
      const whom = { organisation: organisation.id, user }
      const was = await readDatabase(() => loadMembership(c.env.DB, organisation.id, user))
      const decision = was ? decideMember(was, null) : null
      if (!was?.role || !decision) throw new Problem('member_not_found')
      if (decision.kind === 'refuse') throw refuse(decision)
      const { role: from } = was
      const removed = await readDatabase(() => removeMember(c.env.DB, whom, from, principal, Date.now()))
      return removed || null
    })
    return c.body(null, 204, NO_STORE)
  },
)

memberRoutes.describe(
  {
    method: 'get',
    path: '/v1/me/organisations',
    summary: 'The organisations the caller acts for, in the order they joined',
    security: bearer,
    request: { query: pageQuery },
    responses: {
      200: json(membershipPageSchema, 'A page of organisations'),
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
    const offset = readCursor(cursor, 0)
    const rows = await readDatabase(() => listMemberships(c.env.DB, user, offset, pageSize + 1))
    const page = toPage(
      [...rows.entries()],
      pageSize,
      ([, { organisation, role, at }]) => ({
        ...toPublic(organisation),
        contact: organisation.contact,
        role,
        since: rfc3339(at),
      }),
      ([n]) => offset + n + 1,
    )
    return c.json(page, 200, NO_STORE)
  },
)
