import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { LIFE_STATES, MOVES } from '../../src/life/states.ts'
import {
  type ChangeableOrganisation,
  decideMember,
  decideOrganisationChange,
  decideRefusing,
  decideTaking,
  MAX_MEMBERS,
  MAX_STANDING_OFFERS,
  type Membership,
  OFFERABLE,
  type Offering,
  type OfferState,
  PLANNABLE,
  type Role,
  refusalOfOffer,
} from '../../src/organisations/rules.ts'
import { isSamePlan, type NewPlan, outlineOf } from '../../src/plans/rules.ts'

const organisation: ChangeableOrganisation = {
  ...{ name: 'a', nameEn: 'b', kind: 'lab', about: 'long', contact: 'desk', state: 'active' },
}

describe('a change of an organisation', () => {
  it('is only of what differs', () => {
    expect(decideOrganisationChange(organisation, {})).toEqual({ kind: 'unchanged' })
    expect(decideOrganisationChange(organisation, { ...organisation, name: undefined })).toEqual({
      kind: 'unchanged',
    })
    expect(decideOrganisationChange(organisation, { ...organisation, kind: 'school' })).toEqual({
      ...{ kind: 'change', set: { kind: 'school' }, action: 'organisation.changed' },
      detail: { fields: ['kind'], before: { kind: 'lab' }, after: { kind: 'school' } },
    })
  })

  it('says nothing of texts and contact but that they changed', () => {
    const decision = decideOrganisationChange(organisation, { about: 'new text', contact: 'new desk' })
    expect(decision).toMatchObject({
      ...{ set: { about: 'new text', contact: 'new desk' } },
      detail: { fields: ['about', 'contact'], before: {}, after: {} },
    })
  })

  it('is called closing and reopening when it is', () => {
    const close = decideOrganisationChange(organisation, { state: 'closed', name: 'x' })
    expect(close).toMatchObject({ action: 'organisation.closed' })
    const reopen = decideOrganisationChange({ ...organisation, state: 'closed' }, { state: 'active' })
    expect(reopen).toMatchObject({ action: 'organisation.reopened' })
  })
})

describe('a part in an organisation', () => {
  const roles: readonly (Role | null)[] = [null, 'member', 'admin']

  it('leaves an active organisation that has an admin one, whatever is done in it', () => {
    const acts = fc.array(fc.tuple(fc.nat(4), fc.constantFrom(...roles)), { maxLength: 60 })
    fc.assert(
      fc.property(acts, (steps) => {
        const parts = new Map<number, Role>()
        let hadAdmin = false
        for (const [user, to] of steps) {
          const admins = [...parts.values()].filter((role) => role === 'admin').length
          const was: Membership = {
            ...{ organisationState: 'active', members: parts.size, admins },
            role: parts.get(user) ?? null,
          }
          const decision = decideMember(was, to)
          if (decision.kind === 'change') {
            if (to === null) parts.delete(user)
            else parts.set(user, to)
          } else if (decision.kind === 'unchanged') expect(parts.get(user) ?? null).toBe(to)
          const has = [...parts.values()].includes('admin')
          if (hadAdmin) expect(has).toBe(true)
          hadAdmin ||= has
        }
      }),
    )
  })

  it('is had by 200 at the most; those who have one can be moved and removed', () => {
    const full: Membership = { organisationState: 'active', members: MAX_MEMBERS, admins: 2, role: null }
    expect(decideMember(full, 'member')).toEqual({ kind: 'refuse', why: 'full' })
    expect(decideMember({ ...full, members: MAX_MEMBERS - 1 }, 'member')).toEqual({ kind: 'change' })
    expect(decideMember({ ...full, role: 'member' }, 'admin')).toEqual({ kind: 'change' })
    expect(decideMember({ ...full, role: 'admin' }, null)).toEqual({ kind: 'change' })
  })

  it('is given up by the last admin only where the organisation is closed', () => {
    const last: Membership = { organisationState: 'active', members: 3, admins: 1, role: 'admin' }
    for (const to of [null, 'member'] as const) {
      expect(decideMember(last, to)).toEqual({ kind: 'refuse', why: 'last_admin' })
      expect(decideMember({ ...last, organisationState: 'closed' }, to)).toEqual({ kind: 'change' })
    }
    expect(decideMember({ ...last, role: null }, null)).toEqual({ kind: 'refuse', why: 'no_member' })
  })
})

describe('an offer', () => {
  const offering: Offering = {
    ...{ dreamState: 'accepted', organisationState: 'active', stands: false, standing: 0 },
  }

  it('can be made of a dream from its acceptance until it is over', () => {
    const possible = LIFE_STATES.filter((dreamState) => refusalOfOffer({ ...offering, dreamState }) === null)
    expect(possible).toEqual([...OFFERABLE])
    for (const state of PLANNABLE) expect(OFFERABLE).toContain(state)
    // From a state in which plans can no longer be written anew nothing leads back to one in which they can.
    const back = MOVES.filter(
      ({ from, to }) => OFFERABLE.includes(from) && !PLANNABLE.includes(from) && PLANNABLE.includes(to),
    )
    expect(back).toEqual([])
  })

  it('is refused for the first reason there is', () => {
    expect(refusalOfOffer({ ...offering, stands: true })).toBe('stands')
    expect(refusalOfOffer({ ...offering, organisationState: 'closed' })).toBe('organisation_closed')
    expect(refusalOfOffer({ ...offering, standing: MAX_STANDING_OFFERS - 1 })).toBeNull()
    expect(refusalOfOffer({ ...offering, standing: MAX_STANDING_OFFERS })).toBe('full')
  })

  const states: readonly OfferState[] = ['open', 'taken', 'declined', 'withdrawn']

  it('is answered once; the same answer again is the same', () => {
    for (const to of ['declined', 'withdrawn'] as const)
      for (const state of states) {
        const decide = (reason: string) => decideRefusing({ state, reason: 'why' }, to, reason).kind
        expect(decide('why')).toBe(state === 'open' ? 'answer' : state === to ? 'repeated' : 'refuse')
        expect(decide('other')).toBe(state === 'open' ? 'answer' : 'refuse')
      }
  })

  it('is taken while it is open, the dream not over and the organisation active', () => {
    for (const state of states)
      for (const dreamState of LIFE_STATES)
        for (const organisationState of ['active', 'closed'] as const) {
          const decide = (same: boolean) => decideTaking({ state }, dreamState, organisationState, same).kind
          const possible =
            state === 'open' && OFFERABLE.includes(dreamState) && organisationState === 'active'
          expect(decide(false)).toBe(possible ? 'answer' : 'refuse')
          if (state === 'taken') expect(decide(true)).toBe('repeated')
        }
  })
})

describe('a plan', () => {
  const plan: NewPlan = {
    milestones: [
      { title: 'late', dueOn: '2027-05-01' },
      { title: 'early', dueOn: '2026-12-01' },
    ],
    measures: [{ name: 'trained', unit: 'people', planned: 1_000 }],
    budget: [
      { name: 'print', plannedCents: 5 },
      { name: 'travel', plannedCents: 7 },
    ],
  }

  it('is the same as another that plans the same, whatever became of it', () => {
    const [measure] = plan.measures
    expect(isSamePlan(plan, { ...plan, measures: [{ ...measure, actual: 7 } as never] })).toBe(true)
    for (const other of [
      { ...plan, milestones: [...plan.milestones].reverse() },
      { ...plan, measures: [{ name: 'trained', unit: 'persons', planned: 1_000 }] },
      { ...plan, budget: plan.budget.slice(1) },
    ])
      expect(isSamePlan(plan, other)).toBe(false)
  })

  it('is outlined by how much, how long and how many', () => {
    expect(outlineOf(plan)).toEqual({
      ...{ milestones: 2, lastDueOn: '2027-05-01', measures: 1, plannedCents: 12 },
    })
  })
})
