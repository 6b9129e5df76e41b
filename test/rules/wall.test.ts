import { describe, expect, it } from 'vitest'
import type { ListedCampaignWire } from '../../src/campaigns/params.ts'
import { tellTimeLeft } from '../../src/pages/wall/time-left.ts'
import { chooseCampaign } from '../../src/pages/wall/wall.ts'

const HOUR = 3_600_000
const DAY = 24 * HOUR

const campaign = (id: string, state: ListedCampaignWire['state'], opens: number, closes: number) =>
  ({
    ...{ id, state, opensAt: new Date(opens).toISOString(), closesAt: new Date(closes).toISOString() },
    ...{ name: id, nameEn: id, dreams: 0, flowers: 0, pledges: 0, createdAt: '' },
  }) satisfies ListedCampaignWire

describe('the campaign that the wall is about', () => {
  const [past, older] = [campaign('past', 'over', DAY, 5 * DAY), campaign('older', 'over', 0, 2 * DAY)]
  const [next, later] = [
    campaign('next', 'scheduled', 20 * DAY, 21 * DAY),
    campaign('later', 'scheduled', 30 * DAY, 31 * DAY),
  ]
  const [open, longer] = [
    campaign('open', 'open', 9 * DAY, 11 * DAY),
    campaign('longer', 'open', 8 * DAY, 12 * DAY),
  ]

  it.each([
    ['the open one that ends last', [past, open, next, longer], 'longer'],
    ['the next to begin, where none is open', [past, later, next], 'next'],
    ['the last that ended, where no other comes', [older, past], 'past'],
    ['none, where there was never one', [], undefined],
  ])('is %s', (_, campaigns, id) => {
    expect(chooseCampaign(campaigns)?.id).toBe(id)
  })
})

describe('the time that is left', () => {
  it.each([
    [-1, '时间到了', 'Time is over'],
    [HOUR - 1, '不到 1 小时', 'Less than an hour left'],
    [HOUR, '还有 1 小时', '1 hour left'],
    [48 * HOUR - 1, '还有 47 小时', '47 hours left'],
    [48 * HOUR, '还有 2 天', '2 days left'],
    [1_200 * DAY, '还有 1,200 天', '1,200 days left'],
  ])('of %d ms is told in words', (ms, zh, en) => {
    expect([tellTimeLeft('zh', ms, 0), tellTimeLeft('en', ms, 0)]).toEqual([zh, en])
  })
})
