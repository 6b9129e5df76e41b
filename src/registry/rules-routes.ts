import { Api, type AppContext, bearer, json, problems } from '../http/api.ts'
import { readDatabase } from '../http/backends.ts'
import { parseJson, readText } from '../http/body.ts'
import { Problem } from '../http/problem.ts'
import { NO_STORE, rfc3339 } from '../http/wire.ts'
import { z } from '../http/zod.ts'
import { MAX_FLOWERS } from '../ledger/flowers.ts'
import { dayIn, MAX_QUANTITY } from '../lines/rules.ts'
import { actKind, lineParam, readOperated, readOwned, requireLine, timestamp } from './params.ts'
import {
  activateRule,
  draftRule,
  findRule,
  listRules,
  MAX_RULES,
  MAX_VERSIONS,
  type RuleVersion,
  retireRule,
} from './rules-store.ts'
import { ruleMayBecome } from './states.ts'

/** A draft's body: eleven fields of which the longest take 40 bytes, twice. */
const MAX_RULE_BYTES = 2_048

/** A month: longer is no cooldown, it is a cap. */
const MAX_COOLDOWN_SECONDS = 30 * 24 * 60 * 60

/** Times that a rule may name; beyond them somebody mistook seconds for milliseconds. */
const EARLIEST = Date.UTC(2_000, 0)
const LATEST = Date.UTC(2_100, 0)

const ruleSchema = z
  .object({
    kind: z.string(),
    version: z.int(),
    state: z.enum(['draft', 'active', 'retired']),
    per: z.int().describe('A quantity of `per` earns `flowers`.'),
    flowers: z.int(),
    minimum: z.int().describe('A smaller quantity earns nothing.'),
    capPerDay: z.int().nullable().describe('Flowers of a user and day; a day of the line’s time zone.'),
    capPerCampaign: z.int().nullable().describe('Flowers of a user from the day of `validFrom` on.'),
    lineBudget: z.int().nullable().describe('Flowers of the line in total.'),
    validFrom: timestamp.nullable().describe('When an act may be done to earn by it: from, inclusive.'),
    validTo: timestamp.nullable().describe('Exclusive.'),
    cooldownSeconds: z.int().describe('Two acts of a user that earn lie at least so far apart.'),
    createdAt: timestamp,
    activatedAt: timestamp.nullable(),
    retiredAt: timestamp.nullable(),
  })
  .openapi('EarningRule')

export type RuleWire = z.infer<typeof ruleSchema>

const ruleListSchema = z.object({ items: z.array(ruleSchema) }).openapi('EarningRuleList')

const amount = z.int().min(1).max(MAX_FLOWERS)
const quantity = z.int().min(1).max(MAX_QUANTITY)
const instant = z.iso
  .datetime({ offset: true })
  .max(64)
  .refine((text) => Date.parse(text) >= EARLIEST && Date.parse(text) < LATEST, 'not in this century')

const draftBody = z
  .strictObject({
    kind: actKind,
    per: quantity,
    flowers: amount,
    minimum: quantity.default(1),
    capPerDay: amount.nullable().default(null),
    capPerCampaign: amount.nullable().default(null),
    lineBudget: amount.nullable().default(null),
    validFrom: instant.nullable().default(null),
    validTo: instant.nullable().default(null),
    cooldownSeconds: z.int().min(0).max(MAX_COOLDOWN_SECONDS).default(0),
  })
  .refine(({ validFrom, validTo }) => !validFrom || !validTo || Date.parse(validFrom) < Date.parse(validTo), {
    path: ['validTo'],
    message: 'not after validFrom',
  })
  .openapi('EarningRuleDraft')

const versionParam = lineParam.extend({
  kind: actKind,
  version: z.coerce.number().int().min(1).max(MAX_VERSIONS),
})

const ms = (text: string | null): number | null => (text === null ? null : Date.parse(text))
const time = (at: number | null): string | null => (at === null ? null : rfc3339(at))

function toWire({ line: _, campaignFrom: __, ...rule }: RuleVersion) {
  return {
    ...rule,
    validFrom: time(rule.validFrom),
    validTo: time(rule.validTo),
    createdAt: rfc3339(rule.createdAt),
    activatedAt: time(rule.activatedAt),
    retiredAt: time(rule.retiredAt),
  }
}

export const ruleRoutes = new Api()

ruleRoutes.describe(
  {
    method: 'get',
    path: '/v1/lines/{line}/rules',
    summary: 'What a line’s acts earn, in all versions (its owner)',
    description: 'By kind, newest version first.',
    security: bearer,
    request: { params: lineParam },
    responses: {
      200: json(ruleListSchema, 'All versions'),
      ...problems('token_missing', 'token_invalid', 'owner_only', 'line_not_found', 'unavailable'),
    },
  },
  async (c) => {
    const { line } = await readOwned(c)
    await requireLine(c, line)
    const rules = await readDatabase(() => listRules(c.env.DB, line))
    return c.json({ items: rules.map(toWire) }, 200, NO_STORE)
  },
)

ruleRoutes.describe(
  {
    method: 'post',
    path: '/v1/lines/{line}/rules',
    summary: 'Draft what a kind of act earns (its owner)',
    description:
      'The draft is the next version of its kind. It earns nothing until an operator activates it.',
    security: bearer,
    request: {
      params: lineParam,
      body: { required: true, content: { 'application/json': { schema: draftBody } } },
    },
    responses: {
      201: json(ruleSchema, 'The draft'),
      ...problems(
        'invalid_json',
        'invalid_request',
        'token_missing',
        'token_invalid',
        'owner_only',
        'line_closed',
        'line_not_found',
        'body_too_large',
        'unsupported_media_type',
        'limit_reached',
        'unavailable',
      ),
    },
  },
  async (c) => {
    const { principal, line } = await readOwned(c)
    const body = parseJson(await readText(c.req.raw, MAX_RULE_BYTES), draftBody)
    const { timeZone } = await lineWithKind(c, line, body.kind)
    const [validFrom, validTo] = [ms(body.validFrom), ms(body.validTo)]
    const campaignFrom = validFrom === null ? '' : dayIn(timeZone, validFrom)
    const draft = { ...body, line, validFrom, validTo, campaignFrom }
    const change = { actor: principal.user, now: Date.now() }
    const rule = await readDatabase(() => draftRule(c.env.DB, draft, timeZone, change))
    if (rule) return c.json(toWire(rule), 201, NO_STORE)
    // Either there are too many, or the line was changed in between.
    if ((await lineWithKind(c, line, body.kind)).timeZone !== timeZone) throw new Problem('unavailable')
    throw new Problem('limit_reached', {
      detail: `The limit is ${MAX_VERSIONS} versions of a kind and ${MAX_RULES} of a line.`,
    })
  },
)

/** A line that takes rules for a kind. Throws line_not_found (404), line_closed (403) and invalid_request (400). */
async function lineWithKind(c: AppContext, id: string, kind: string) {
  const line = await requireLine(c, id)
  if (line.state === 'closed') throw new Problem('line_closed')
  if (!line.kinds.includes(kind))
    throw new Problem('invalid_request', { errors: [{ path: 'kind', message: 'not a kind of this line' }] })
  return line
}

const moveProblems = [
  'token_missing',
  'token_invalid',
  'operator_only',
  'line_not_found',
  'rule_not_found',
  'rule_state_conflict',
  'unavailable',
] as const

ruleRoutes.describe(
  {
    method: 'post',
    path: '/v1/lines/{line}/rules/{kind}/{version}/activate',
    summary: 'Let a draft earn (operators)',
    description:
      'The version before it is retired in the same moment. Within ten seconds acts earn by it everywhere. A repeat changes nothing.',
    security: bearer,
    request: { params: versionParam },
    responses: { 200: json(ruleSchema, 'The active rule'), ...problems(...moveProblems, 'line_closed') },
  },
  async (c) => {
    const { principal, line } = await readOperated(c)
    const { kind, version } = readVersion(c)
    const change = { actor: principal.user, now: Date.now() }
    const moved = await readDatabase(() => activateRule(c.env.DB, line, kind, version, change))
    const rule = moved ?? (await explainActivation(c, line, kind, version))
    return c.json(toWire(rule), 200, NO_STORE)
  },
)

ruleRoutes.describe(
  {
    method: 'post',
    path: '/v1/lines/{line}/rules/{kind}/{version}/retire',
    summary: 'Let a draft or an active rule earn no more (operators)',
    description: 'Within ten seconds acts of that kind earn nothing anywhere. A repeat changes nothing.',
    security: bearer,
    request: { params: versionParam },
    responses: {
      200: json(ruleSchema, 'The retired rule'),
      ...problems(...moveProblems.filter((code) => code !== 'rule_state_conflict')),
    },
  },
  async (c) => {
    const { principal, line } = await readOperated(c)
    const { kind, version } = readVersion(c)
    const change = { actor: principal.user, now: Date.now() }
    const moved = await readDatabase(() => retireRule(c.env.DB, line, kind, version, change))
    const rule = moved ?? (await requireRule(c, line, kind, version))
    return c.json(toWire(rule), 200, NO_STORE)
  },
)

function readVersion(c: AppContext): { kind: string; version: number } {
  const version = versionParam.omit({ line: true }).safeParse(c.req.param())
  if (!version.success || !/^\d+$/.test(c.req.param('version') ?? '')) throw new Problem('rule_not_found')
  return version.data
}

async function requireRule(c: AppContext, line: string, kind: string, version: number): Promise<RuleVersion> {
  await requireLine(c, line)
  const rule = await readDatabase(() => findRule(c.env.DB, line, kind, version))
  if (!rule) throw new Problem('rule_not_found')
  return rule
}

/** A rule that was not activated, because it is active; or why not. */
async function explainActivation(
  c: AppContext,
  id: string,
  kind: string,
  version: number,
): Promise<RuleVersion> {
  const rule = await requireRule(c, id, kind, version)
  if (rule.state === 'active') return rule
  if (!ruleMayBecome(rule.state, 'active')) throw new Problem('rule_state_conflict')
  const line = await requireLine(c, id)
  if (line.state === 'closed') throw new Problem('line_closed')
  throw new Problem('rule_state_conflict', { detail: `The line reports no acts of the kind ${kind}.` })
}
