import { describe, expect, it } from 'vitest'
import { decideAmendment } from '../../src/campaigns/amending.ts'
import {
  campaignState,
  decideCampaignChange,
  decideExtension,
  decidePublication,
  EXTENSION_NOTICE_MS,
  MAX_CAMPAIGN_DREAMS,
  MAX_CAMPAIGN_MS,
  MAX_EXTENSION_MS,
  MAX_EXTENSIONS,
  windowFlaw,
} from '../../src/campaigns/rules.ts'
import { LIFE_STATES } from '../../src/life/states.ts'

const T = 1_000_000_000_000
const campaign = {
  name: '名',
  nameEn: 'name',
  rules: '规则',
  opensAt: T,
  closesAt: T + 10 * EXTENSION_NOTICE_MS,
}
const fresh = { dreams: 0, extensions: 0 }

describe('the state of a campaign', () => {
  it('follows from its dates, to the millisecond', () => {
    const at = (now: number) => campaignState(campaign, now)
    expect([at(T - 1), at(T), at(campaign.closesAt - 1), at(campaign.closesAt)]).toEqual([
      ...['scheduled', 'open', 'open', 'over'],
    ])
  })
})

describe('a window', () => {
  it('ends after it begins, is not over, and is at most a year', () => {
    const flawed = (opensAt: number, closesAt: number) => windowFlaw({ opensAt, closesAt }, T) !== null
    expect(flawed(T + 5, T + 5)).toBe(true)
    expect(flawed(T - 10, T)).toBe(true)
    expect(flawed(T, T + MAX_CAMPAIGN_MS + 1)).toBe(true)
    expect(flawed(T, T + MAX_CAMPAIGN_MS)).toBe(false)
    expect(flawed(T - 10, T + 1)).toBe(false)
  })
})

describe('a change of a campaign', () => {
  it('sets what differs and tells what that was', () => {
    expect(decideCampaignChange(campaign, { name: '新', rules: '规则' }, fresh, T - 1)).toEqual({
      ...{ kind: 'change', set: { name: '新' }, before: { name: '名' } },
    })
  })

  it('is none where nothing differs, whenever that is', () => {
    for (const now of [T - 1, T, T * 2])
      expect(decideCampaignChange(campaign, { ...campaign }, { dreams: 3, extensions: 1 }, now)).toEqual({
        kind: 'unchanged',
      })
  })

  it('is refused once it opened, has a dream or was extended', () => {
    const why = (counts: typeof fresh, now: number) =>
      decideCampaignChange(campaign, { name: 'x' }, counts, now)
    expect(why(fresh, T)).toEqual({ kind: 'refuse', why: 'opened' })
    expect(why({ dreams: 1, extensions: 0 }, T - 1)).toEqual({ kind: 'refuse', why: 'has_dreams' })
    expect(why({ dreams: 0, extensions: 1 }, T - 1)).toEqual({ kind: 'refuse', why: 'extended' })
  })

  it('is refused where its window would be none', () => {
    const patch = { opensAt: campaign.closesAt }
    expect(decideCampaignChange(campaign, patch, fresh, T - 1)).toMatchObject({ why: 'window' })
  })
})

describe('an extension', () => {
  const end = campaign.closesAt
  const ask = (closesAt: number) => ({ closesAt, reason: 'more' })
  const past = (n: number) =>
    Array.from({ length: n }, () => ({ wasUntil: T, until: end, reason: 'before', at: T }))

  it('is made until two minutes before the end and not after', () => {
    const at = (now: number) => decideExtension(campaign, [], ask(end + 1), now)
    expect(at(T - 5)).toEqual({ kind: 'extend' })
    expect(at(end - EXTENSION_NOTICE_MS)).toEqual({ kind: 'extend' })
    expect(at(end - EXTENSION_NOTICE_MS + 1)).toEqual({ kind: 'refuse', why: 'too_late' })
    expect(at(end + 5)).toEqual({ kind: 'refuse', why: 'too_late' })
  })

  it('only leads later, by at most thirty days, ten times', () => {
    expect(decideExtension(campaign, [], ask(end), T)).toEqual({ kind: 'refuse', why: 'not_later' })
    expect(decideExtension(campaign, [], ask(end - 1), T)).toEqual({ kind: 'refuse', why: 'not_later' })
    expect(decideExtension(campaign, [], ask(end + MAX_EXTENSION_MS), T)).toEqual({ kind: 'extend' })
    expect(decideExtension(campaign, [], ask(end + MAX_EXTENSION_MS + 1), T)).toMatchObject({
      why: 'too_long',
    })
    expect(decideExtension(campaign, past(MAX_EXTENSIONS - 1), ask(end + 1), T)).toEqual({ kind: 'extend' })
    expect(decideExtension(campaign, past(MAX_EXTENSIONS), ask(end + 1), T)).toMatchObject({
      why: 'too_often',
    })
  })

  it('asked for again is done, even when its time is over', () => {
    const made = [{ wasUntil: T, until: end, reason: 'more', at: T }]
    expect(decideExtension(campaign, made, ask(end), end)).toEqual({ kind: 'done' })
    expect(decideExtension(campaign, made, { closesAt: end, reason: 'other' }, T)).toMatchObject({
      why: 'not_later',
    })
  })
})

describe('a publication', () => {
  const ask = { proposal: 'p', quota: 5, titleEn: 'T', summary: undefined }
  const into = { id: 'c', dreams: 0, opensAt: T, closesAt: T + 10 }
  const dream = { campaign: 'c', quota: 5, titleEn: 'T', summary: 's' }

  it('is of an accepted proposal and of no other', () => {
    const may = LIFE_STATES.filter(
      (state) => decidePublication(ask, into, { state }, null, T).kind === 'publish',
    )
    expect(may).toEqual(['accepted'])
    expect(decidePublication(ask, into, null, null, T)).toMatchObject({ why: 'proposal_not_found' })
    expect(decidePublication(ask, into, { state: 'in_review' }, null, T)).toEqual({
      ...{ kind: 'refuse', why: 'move_not_allowed', from: 'in_review' },
    })
  })

  it('is made before the campaign is over, while it has room', () => {
    const accepted = { state: 'accepted' } as const
    expect(decidePublication(ask, into, accepted, null, T - 1)).toEqual({ kind: 'publish' })
    expect(decidePublication(ask, into, accepted, null, T + 10)).toMatchObject({ why: 'over' })
    const full = { ...into, dreams: MAX_CAMPAIGN_DREAMS }
    expect(decidePublication(ask, full, accepted, null, T)).toMatchObject({ why: 'too_many' })
    expect(decidePublication(ask, into, accepted, dream, T)).toMatchObject({ why: 'dream_exists' })
  })

  it('asked for again is done, with other words refused', () => {
    const again = (other: object) =>
      decidePublication({ ...ask, ...other }, into, { state: 'published' }, dream, T)
    expect(again({})).toEqual({ kind: 'done' })
    expect(again({ summary: 's' })).toEqual({ kind: 'done' })
    for (const other of [{ quota: 6 }, { titleEn: 'U' }, { summary: 'x' }])
      expect(again(other)).toEqual({ kind: 'refuse', why: 'published' })
    expect(decidePublication(ask, { ...into, id: 'd' }, { state: 'published' }, dream, T)).toEqual({
      kind: 'refuse',
      why: 'published',
    })
  })
})

describe('an amendment', () => {
  const correction = { text: 'right', reason: 'typo' }

  it('is made until the dream came to its end', () => {
    const published = LIFE_STATES.slice(LIFE_STATES.indexOf('published'))
    const may = published.filter(
      (state) => decideAmendment(state, { count: 0, last: null }, correction, 9) === 'amend',
    )
    expect(may).toEqual(['published', 'collecting', 'reached', 'settling', 'funded', 'executing'])
  })

  it('asked for again is done; there are so many and no more', () => {
    expect(decideAmendment('funded', { count: 9, last: correction }, correction, 9)).toBe('done')
    const other = { ...correction, reason: 'other' }
    expect(decideAmendment('funded', { count: 8, last: other }, correction, 9)).toBe('amend')
    expect(decideAmendment('funded', { count: 9, last: other }, correction, 9)).toBe('too_many')
  })
})
