/** Which state a line or a rule may go to from which. Pure. */

export type LineState = 'active' | 'paused' | 'closed'
export type RuleState = 'draft' | 'active' | 'retired'

const LINE_MOVES: Readonly<Record<LineState, readonly LineState[]>> = {
  active: ['paused', 'closed'],
  paused: ['active', 'closed'],
  closed: [],
}

const RULE_MOVES: Readonly<Record<RuleState, readonly RuleState[]>> = {
  draft: ['active', 'retired'],
  active: ['retired'],
  retired: [],
}

/** True where a line may go from one state to another one. Closed is for good. */
export function lineMayBecome(from: LineState, to: LineState): boolean {
  return LINE_MOVES[from].includes(to)
}

/** True where a rule may go from one state to another one. Only forward: a new version replaces what was retired. */
export function ruleMayBecome(from: RuleState, to: RuleState): boolean {
  return RULE_MOVES[from].includes(to)
}
