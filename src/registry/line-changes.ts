import { type LineState, lineMayBecome } from './states.ts'

/** What of a line can be changed. Its id and whose user ids it speaks of are for good. */
export interface ChangeableLine {
  readonly name: string
  readonly nameEn: string
  readonly contact: string
  readonly timeZone: string
  readonly kinds: readonly string[]
  readonly mayPledge: boolean
  readonly ratePerMinute: number
  readonly state: LineState
}

/** What is asked for; what is undefined stays. */
export type LinePatch = { readonly [Field in keyof ChangeableLine]?: ChangeableLine[Field] | undefined }

export type LineChangeDecision =
  | { readonly kind: 'unchanged' }
  | {
      readonly kind: 'change'
      /** Only what differs. */
      readonly set: Partial<ChangeableLine>
      readonly action: 'line.changed' | 'line.paused' | 'line.resumed' | 'line.closed'
      readonly detail: { readonly before: Partial<ChangeableLine>; readonly after: Partial<ChangeableLine> }
    }
  | { readonly kind: 'refuse'; readonly reason: 'closed' }
  | { readonly kind: 'refuse'; readonly reason: 'kinds_in_use'; readonly kinds: readonly string[] }

const ACTIONS = { active: 'line.resumed', paused: 'line.paused', closed: 'line.closed' } as const

/**
 * Decides what a patch changes of a line whose kinds `activeKinds` have an active rule. A closed line changes no more,
 * and a kind that earns cannot be taken away from under its rule.
 */
export function decideLineChange(
  line: ChangeableLine,
  patch: LinePatch,
  activeKinds: readonly string[],
): LineChangeDecision {
  const fields = (Object.keys(patch) as (keyof ChangeableLine)[]).filter(
    (field) => patch[field] !== undefined && JSON.stringify(patch[field]) !== JSON.stringify(line[field]),
  )
  if (fields.length === 0) return { kind: 'unchanged' }
  if (line.state === 'closed') return { kind: 'refuse', reason: 'closed' }
  const set = Object.fromEntries(fields.map((field) => [field, patch[field]])) as Partial<ChangeableLine>
  const before = Object.fromEntries(fields.map((field) => [field, line[field]])) as Partial<ChangeableLine>
  if (set.state && !lineMayBecome(line.state, set.state)) return { kind: 'refuse', reason: 'closed' }
  const { kinds } = set
  const inUse = kinds ? activeKinds.filter((kind) => !kinds.includes(kind)) : []
  if (inUse.length > 0) return { kind: 'refuse', reason: 'kinds_in_use', kinds: inUse }
  return {
    kind: 'change',
    set,
    action: set.state ? ACTIONS[set.state] : 'line.changed',
    detail: { before, after: set },
  }
}
