import { dreamParam, readDreamId } from '../dreams/params.ts'
import { Api, bearer, json, problems } from '../http/api.ts'
import { readDatabase } from '../http/backends.ts'
import { parseJson, readText } from '../http/body.ts'
import { Problem } from '../http/problem.ts'
import { NO_STORE, rfc3339 } from '../http/wire.ts'
import { z } from '../http/zod.ts'
import { isPublic } from '../life/news.ts'
import { LIFE_STATES, type LifeState, type Mover } from '../life/states.ts'
import { loadLife } from '../life/store.ts'
import { executorOf } from '../organisations/membership.ts'
import { signInPerson } from '../users/sign-in.ts'
import { publicReason } from './params.ts'
import { decideStage, type StageDecision } from './rules.ts'
import { moveStage } from './stages-store.ts'

/** A reason of 1,000 characters, 6 bytes each where they are escaped, and the rest. */
const MAX_MOVE_BYTES = 8_192

const moveBody = z
  .strictObject({
    to: z.enum(LIFE_STATES).describe('`executing`, `completed` or `stopped`; nothing else is moved by hand.'),
    reason: publicReason,
  })
  .openapi('StageMove')

const movedSchema = z
  .object({
    dream: z.string(),
    from: z.enum(['funded', 'executing']),
    to: z.enum(['executing', 'completed', 'stopped']),
    reason: z.string().nullable(),
    at: z.iso.datetime(),
  })
  .openapi('StageMoved')

/** What a move needs besides its state, in words. */
const NEEDED = {
  executing: 'A dream is carried out once it has its grant.',
  completed: 'A dream is completed by its final report.',
  stopped: 'It could not be stopped now; repeat it.',
} as const

export const stageRoutes = new Api()

stageRoutes.describe(
  {
    method: 'post',
    path: '/v1/dreams/{dream}/moves',
    summary: 'Begin, complete or stop carrying a dream out',
    description:
      'funded → executing (those who carry it out, and operators; needs the grant), executing → completed (operators; needs the final report), funded or executing → stopped (operators; needs a reason). Every other move is refused: it is made by time and flowers, or in the review.',
    security: bearer,
    request: {
      params: dreamParam,
      body: { required: true, content: { 'application/json': { schema: moveBody } } },
    },
    responses: {
      200: json(movedSchema, 'The move'),
      ...problems(
        'invalid_json',
        'invalid_request',
        'token_missing',
        'token_invalid',
        'operator_only',
        'executor_only',
        'account_deleted',
        'dream_not_found',
        'move_not_allowed',
        'state_conflict',
        'body_too_large',
        'unsupported_media_type',
        'reason_missing',
        'unavailable',
      ),
    },
  },
  async (c) => {
    const { user, operator } = await signInPerson(c)
    const dream = readDreamId(c)
    const body = parseJson(await readText(c.req.raw, MAX_MOVE_BYTES), moveBody)
    const [now, reason] = [Date.now(), body.reason || null]
    const [life, organisation] = await readDatabase(() =>
      Promise.all([loadLife(c.env.DB, dream, now), executorOf(c.env.DB, dream, user)]),
    )
    if (!life) throw new Problem('dream_not_found')
    const parts: Mover[] = [
      ...(organisation === null ? [] : ['executor' as const]),
      ...(operator ? ['operator' as const] : []),
    ]
    const decision = decideStage(life.state, body.to, parts, reason)
    if (decision.kind === 'refuse') throw refusal(decision, life.state)
    const { from, to, by } = decision
    const move = { dream, from, to, by, reason, actor: user, at: now }
    if (!(await readDatabase(() => moveStage(c.env.DB, move)))) {
      const state = (await readDatabase(() => loadLife(c.env.DB, dream, now)))?.state ?? from
      if (state !== from) throw new Problem('move_not_allowed', { detail: nameOf(state) })
      throw new Problem('state_conflict', { detail: NEEDED[to] })
    }
    return c.json({ dream, from, to, reason, at: rfc3339(now) }, 200, NO_STORE)
  },
)

function refusal({ why }: Extract<StageDecision, { kind: 'refuse' }>, from: LifeState): Problem {
  if (why === 'no_such_move') return new Problem('move_not_allowed', { detail: nameOf(from) })
  if (why === 'made_elsewhere')
    return new Problem('move_not_allowed', { detail: `${nameOf(from)} This move is not made by hand.` })
  return new Problem(why)
}

/** How a refusal names the state it was decided in; where a proposal stands is for its proposers. */
function nameOf(state: LifeState): string {
  return isPublic(state) ? `It is ${state}.` : 'It is not published.'
}
