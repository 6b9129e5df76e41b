import { Api, bearer, bodyProblems, json, personProblems, problems } from '../http/api.ts'
import { readDatabase } from '../http/backends.ts'
import { parseJson, readText } from '../http/body.ts'
import { Problem } from '../http/problem.ts'
import { NO_STORE, rfc3339OrNull } from '../http/wire.ts'
import { z } from '../http/zod.ts'
import { signIn, signInPerson } from '../users/sign-in.ts'
import { deleteAccount } from './deletion.ts'
import { exportText, SECTIONS, toStream } from './export.ts'
import { loadProfile, type Profile, saveProfile } from './store.ts'

/** A body here: 80 + 200 characters, 12 bytes each where JSON escapes them, and two names. */
const MAX_BYTES = 4_096

const MAX_NAME_LENGTH = 80
const MAX_CONTACT_LENGTH = 200

/** One line of text: what it is shown in has no room for more. */
const line = (max: number) =>
  z
    .string()
    .trim()
    .max(max)
    .regex(/^\P{Cc}*$/u)

const profileBody = z
  .strictObject({
    name: line(MAX_NAME_LENGTH).describe('What others are shown, where the user chooses to be shown.'),
    contact: line(MAX_CONTACT_LENGTH).describe(
      'How those reach the user who carry out a dream that they offered themselves to.',
    ),
  })
  .openapi('ProfileRequest')

const profileSchema = z
  .object({ name: z.string(), contact: z.string(), updatedAt: z.iso.datetime().nullable() })
  .openapi('Profile')

/** What the user types, so that nothing else can ask for it by accident. */
export const CONFIRMATION = 'delete my account'

const deletionBody = z.strictObject({ confirm: z.literal(CONFIRMATION) }).openapi('AccountDeletion')

const row = z.record(z.string(), z.unknown())

const exportSchema = z
  .object({
    user: z.string(),
    exportedAt: z.iso.datetime(),
    ...Object.fromEntries(
      SECTIONS.map(({ name, single }) => [name, single ? row.nullable() : z.array(row)] as const),
    ),
  })
  .openapi('PersonalData')

function toWire(profile: Profile | null) {
  return {
    name: profile?.name ?? '',
    contact: profile?.contact ?? '',
    updatedAt: rfc3339OrNull(profile?.updatedAt ?? null),
  }
}

export type ProfileWire = z.infer<typeof profileSchema>

/** What a person says of themselves, everything that is kept of them, and an end of both. */
export const peopleRoutes = new Api()

peopleRoutes.describe(
  {
    method: 'get',
    path: '/v1/me/profile',
    summary: 'What the caller says of themselves',
    security: bearer,
    responses: {
      200: json(profileSchema, 'The profile; empty before one was written'),
      ...problems(...personProblems),
    },
  },
  async (c) => {
    const { user } = await signInPerson(c)
    return c.json(toWire(await readDatabase(() => loadProfile(c.env.DB, user))), 200, NO_STORE)
  },
)

peopleRoutes.describe(
  {
    method: 'put',
    path: '/v1/me/profile',
    summary: 'Say what the caller is called and how they are reached',
    description: 'Either may be empty.',
    security: bearer,
    request: { body: { required: true, content: { 'application/json': { schema: profileBody } } } },
    responses: {
      200: json(profileSchema, 'The profile'),
      ...problems(...personProblems, ...bodyProblems),
    },
  },
  async (c) => {
    const { user } = await signInPerson(c)
    const body = parseJson(await readText(c.req.raw, MAX_BYTES), profileBody)
    const profile = await readDatabase(() => saveProfile(c.env.DB, { user, ...body }, Date.now()))
    if (!profile) throw new Problem('account_deleted')
    return c.json(toWire(profile), 200, NO_STORE)
  },
)

peopleRoutes.describe(
  {
    method: 'get',
    path: '/v1/me/export',
    summary: 'Everything that is kept of the caller',
    description:
      'Read and written page by page, so not of one moment. An answer that breaks off is no JSON: ask again. `entries` are in the order of their keys; `seq` says in which they happened.',
    security: bearer,
    responses: { 200: json(exportSchema, 'Everything'), ...problems(...personProblems) },
  },
  async (c) => {
    const { user } = await signInPerson(c)
    return c.body(toStream(exportText(c.env.DB, user, Date.now())), 200, {
      ...NO_STORE,
      'Content-Type': 'application/json',
      'Content-Disposition': 'attachment; filename="my-flowers.json"',
    })
  },
)

peopleRoutes.describe(
  {
    method: 'delete',
    path: '/v1/me',
    summary: 'Delete the account of the caller, for good',
    description:
      'Name, contact, drafts, pictures that no published text shows, follows, links, permissions and memberships go; proposals, questions and confirmed time stay without a person. Flowers that were given stay counted; those that were not can no longer be given. The ledger and the audit log, which is append only, keep the opaque id of the user as whoever did what they did. Everything else the token asks for is refused with `account_deleted`; this may be repeated, and is to be after an answer of 503.',
    security: bearer,
    request: { body: { required: true, content: { 'application/json': { schema: deletionBody } } } },
    responses: {
      204: { description: 'Deleted' },
      ...problems('token_missing', 'token_invalid', 'unavailable', ...bodyProblems),
    },
  },
  async (c) => {
    const { user } = await signIn(c)
    parseJson(await readText(c.req.raw, MAX_BYTES), deletionBody)
    await readDatabase(() => deleteAccount(c.env, user, Date.now()))
    return c.body(null, 204, NO_STORE)
  },
)
