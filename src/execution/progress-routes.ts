import { lifeOf } from '../dreams/moves.ts'
import { dreamParam, readDreamId, requireDream } from '../dreams/params.ts'
import { untilDone } from '../http/again.ts'
import { Api, type AppContext, json, problems } from '../http/api.ts'
import { readDatabase } from '../http/backends.ts'
import { checkAgainst, parseJson, readText } from '../http/body.ts'
import { cachedJson } from '../http/cached-reads.ts'
import { REPLAYED, readIdempotencyKey } from '../http/idempotency.ts'
import { newId } from '../http/ids.ts'
import { pageQuery, readCursor, toPage } from '../http/paging.ts'
import { Problem } from '../http/problem.ts'
import { NO_STORE } from '../http/wire.ts'
import { z } from '../http/zod.ts'
import { roleIn, signInExecutor } from '../organisations/membership.ts'
import { requirePictures } from './evidence.ts'
import {
  type BudgetLine,
  findBudgetLine,
  findMeasure,
  findMilestone,
  loadBudget,
  type Measure,
  type Milestone,
} from './items-store.ts'
import {
  findByRequest,
  listProgress,
  moveMilestone,
  type Progress,
  readMeasure,
  spend,
  type Telling,
} from './progress-store.ts'
import {
  MAX_PROGRESS_BYTES,
  milestoneBody,
  progressPageSchema,
  readingBody,
  spendingBody,
  toProgress,
  written,
} from './progress-wire.ts'
import { type KeyedRequest, keyedRequest } from './request-keys.ts'
import { decideMilestone, decideSpending } from './rules.ts'

const MAX_ITEM_ID_LENGTH = 64

/** Tries at a change while others change the same item. */
const MAX_TRIES = 5

export const progressRoutes = new Api()

const ofMilestone = written(milestoneBody, 'What was noted', false)

progressRoutes.describe(
  {
    method: 'post',
    path: '/v1/dreams/{dream}/milestones/{milestone}/moves',
    summary: 'Move a milestone, with evidence (those who carry the dream out, operators)',
    ...ofMilestone,
    request: { ...ofMilestone.request, params: dreamParam.extend({ milestone: z.string() }) },
  },
  (c) =>
    noteProgress(c, {
      body: milestoneBody,
      param: 'milestone',
      find: (dream, id) => findMilestone(c.env.DB, dream, id),
      change: (milestone: Milestone, { state, text }, telling) => {
        const decision = decideMilestone(milestone.state, state, text)
        if (decision.kind === 'refuse' && decision.why === 'no_such_move')
          throw new Problem('state_conflict', { detail: `The milestone is ${milestone.state}.` })
        if (decision.kind === 'refuse')
          throw new Problem('reason_missing', {
            detail: state === 'done' ? 'Done needs its evidence, in text.' : 'Say in text why it is dropped.',
          })
        return readDatabase(() => moveMilestone(c.env.DB, milestone, state, telling))
      },
    }),
)

const ofMeasure = written(readingBody, 'What was noted', false)

progressRoutes.describe(
  {
    method: 'post',
    path: '/v1/dreams/{dream}/measures/{measure}/readings',
    summary: 'Say what a measure stands at (those who carry the dream out, operators)',
    ...ofMeasure,
    request: { ...ofMeasure.request, params: dreamParam.extend({ measure: z.string() }) },
  },
  (c) =>
    noteProgress(c, {
      body: readingBody,
      param: 'measure',
      find: (dream, id) => findMeasure(c.env.DB, dream, id),
      change: (measure: Measure, { actual }, telling) =>
        readDatabase(() => readMeasure(c.env.DB, measure, actual, telling)),
    }),
)

const ofBudget = written(spendingBody, 'What was noted', true)

progressRoutes.describe(
  {
    method: 'post',
    path: '/v1/dreams/{dream}/budget/{line}/spendings',
    summary: 'Note a spending by budget line (those who carry the dream out, operators)',
    description:
      'Never more in all than was granted, never less than nothing in a line. A repeat with the same key gets the first answer, with `Idempotent-Replayed: true`.',
    ...ofBudget,
    request: { ...ofBudget.request, params: dreamParam.extend({ line: z.string() }) },
  },
  (c) =>
    noteProgress(c, {
      body: spendingBody,
      keyed: true,
      param: 'line',
      find: (dream, id) => findBudgetLine(c.env.DB, dream, id),
      change: async (line: BudgetLine, { amountCents }, telling) => {
        const budget = await readDatabase(() => loadBudget(c.env.DB, line))
        const decision = decideSpending(budget, amountCents)
        if (decision === 'below_nothing')
          throw new Problem('state_conflict', {
            detail: `${budget.spentCents} was spent from this line; no more than that can be taken back.`,
          })
        if (decision === 'beyond_grant')
          throw new Problem('state_conflict', {
            detail: `${budget.grantedCents ?? 0} was granted and ${budget.spentInAllCents} is spent.`,
          })
        return readDatabase(() => spend(c.env.DB, line, amountCents, budget.currency ?? '', telling))
      },
    }),
)

/** How an item of a plan is changed. */
interface ItemChanging<Body extends z.ZodType, Item> {
  readonly body: Body
  /** True where a key is needed. */
  readonly keyed?: true
  /** What the path calls the item. */
  readonly param: string
  find(dream: string, id: string): Promise<Item | null>
  /** Decides and writes; null when it has to be decided again. Throws what the decision refuses. */
  change(item: Item, body: z.output<Body>, telling: Telling): Promise<Progress | null>
}

type Told = Pick<Telling, 'text' | 'figures' | 'pictures'>

/**
 * The way of every change of a plan's item: who asks, whether they asked it before, whether the item is theirs, then
 * decide and write until nobody else changes it between the two.
 */
async function noteProgress<Body extends z.ZodType<Told>, Item extends { readonly organisation: string }>(
  c: AppContext,
  changing: ItemChanging<Body, Item>,
): Promise<Response> {
  const dream = readDreamId(c)
  const { principal } = await signInExecutor(c, dream)
  const header = c.req.header('idempotency-key')
  const key = changing.keyed || header !== undefined ? readIdempotencyKey(header) : null
  const body = parseJson(await readText(c.req.raw, MAX_PROGRESS_BYTES), changing.body)
  const id = readItemId(c, changing.param)
  const request = key === null ? null : await keyedRequest(principal.user, key, [c.req.path, body])
  return untilDone(async () => {
    const first = request && (await readFirst(c, request))
    if (first) return c.json(toProgress(first), 201, { ...NO_STORE, ...REPLAYED })
    const state = lifeOf(await requireDream(c, dream), Date.now())
    const item = await readDatabase(() => changing.find(dream, id))
    if (!item) throw new Problem('plan_item_not_found')
    const mine = (await readDatabase(() => roleIn(c.env.DB, item.organisation, principal.user))) !== null
    if (!mine && !principal.operator) throw new Problem('not_yours')
    if (state !== 'executing')
      throw new Problem('state_conflict', { detail: `The dream is not being carried out. It is ${state}.` })
    const { text, figures, pictures } = body
    await requirePictures(c, principal.user, pictures)
    const organisation = mine ? item.organisation : null
    const telling = {
      ...{ id: newId('progress'), actor: principal.user, organisation },
      ...{ text, figures, pictures, at: Date.now(), request },
    }
    const noted = await changing.change(item, body, telling)
    if (noted) return c.json(toProgress(noted), 201, NO_STORE)
    return null
  }, MAX_TRIES)
}

/** What was noted under the request's key. Throws idempotency_key_reused (422) when that was for another request. */
async function readFirst(c: AppContext, request: KeyedRequest): Promise<Progress | null> {
  const first = await readDatabase(() => findByRequest(c.env.DB, request))
  if (first && first.request !== request.fingerprint)
    throw new Problem('idempotency_key_reused', { detail: 'The key was used for another request.' })
  return first
}

/** The item of a plan that a path names. Throws plan_item_not_found (404) for what is no id. */
function readItemId(c: AppContext, name: string): string {
  const id = c.req.param(name) ?? ''
  if (id.length > MAX_ITEM_ID_LENGTH) throw new Problem('plan_item_not_found')
  return id
}

progressRoutes.describe(
  {
    method: 'get',
    path: '/v1/dreams/{dream}/progress',
    summary: 'What happened to the items of a dream’s plan, newest first',
    request: { params: dreamParam, query: pageQuery },
    responses: {
      200: json(progressPageSchema, 'A page of progress'),
      ...problems('invalid_request', 'invalid_cursor', 'dream_not_found', 'unavailable'),
    },
  },
  async (c) => {
    const dream = readDreamId(c)
    const { cursor, pageSize } = checkAgainst(pageQuery, c.req.query())
    const before = readCursor(cursor, Number.MAX_SAFE_INTEGER)
    const key = `progress/${dream}/${before}/${pageSize}`
    const page = await cachedJson(c.req.raw, key, c.executionCtx, async () => {
      const rows = await readDatabase(() => listProgress(c.env.DB, dream, before, pageSize + 1))
      // An empty page may be that of a dream that does not exist.
      if (rows.length === 0) await requireDream(c, dream)
      return toPage(rows, pageSize, toProgress, ({ number }) => number)
    })
    return page ?? c.notFound()
  },
)
