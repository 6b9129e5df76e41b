import { describe, expect, it } from 'vitest'
import type { EarningWire, MyEarningWire } from '../../src/lines/earning-routes.ts'
import { expectDocumented } from './documented.ts'
import { actOf, callAs, link, plantLine, type TestLine } from './line-calls.ts'
import { run } from './supporter-calls.ts'
import { expectProblem, freshId, send } from './world.ts'

const DAY_MS = 24 * 60 * 60 * 1_000

async function mine(user: string, line: TestLine): Promise<MyEarningWire['items'][number] | undefined> {
  const answer = await callAs(user, 'get', '/v1/me/earning')
  expect(answer.status).toBe(200)
  return (await answer.json<MyEarningWire>()).items.find((item) => item.line === line.id)
}

async function leftOf(user: string, line: TestLine): Promise<readonly [number, number | null] | undefined> {
  const [kind] = (await mine(user, line))?.kinds ?? []
  return kind && [kind.earnedToday, kind.leftToday]
}

describe('what earns flowers', () => {
  it('is told to everyone: lines that are not closed, with the rules that are active and not over', async () => {
    const now = Date.now()
    const lines = {
      plain: await plantLine({ rules: [{ per: 10, flowers: 2, capPerDay: 6 }] }),
      paused: await plantLine({ state: 'paused' }),
      closed: await plantLine({ state: 'closed' }),
      over: await plantLine({ rules: [{ validFrom: now - 2 * DAY_MS, validTo: now - DAY_MS }] }),
      toCome: await plantLine({ rules: [{ validFrom: now + DAY_MS }] }),
      without: await plantLine({ rules: [] }),
    }
    const answer = await send('/v1/earning')
    expect(answer.headers.get('Cache-Control')).toContain('public')
    const { items } = (await expectDocumented('get /v1/earning', answer)) as unknown as EarningWire
    const told = (line: TestLine) => items.find((item) => item.line === line.id)
    expect(told(lines.plain)).toEqual({
      ...{ line: lines.plain.id, name: lines.plain.id, nameEn: lines.plain.id },
      ...{ state: 'active', userIds: 'platform' },
      kinds: [
        {
          ...{ kind: 'act', per: 10, flowers: 2, minimum: 1, capPerDay: 6, capPerCampaign: null },
          ...{ validFrom: null, validTo: null },
        },
      ],
    })
    expect(told(lines.paused)?.state).toBe('paused')
    expect(told(lines.toCome)?.kinds[0]?.validFrom).toBe(new Date(now + DAY_MS).toISOString())
    for (const line of [lines.closed, lines.over, lines.without]) expect(told(line)).toBeUndefined()
  })

  it('is told with what is left today: as much as acts then earn', async () => {
    const line = await plantLine({ rules: [{ capPerDay: 5 }] })
    const [user, other] = [freshId('user'), freshId('user')]
    expect(await leftOf(user, line)).toEqual([0, 5])
    await line.report(actOf({ user, quantity: 2 }), actOf({ user: other, quantity: 4 }))
    expect(await leftOf(user, line)).toEqual([2, 3])
    await line.report(actOf({ user, at: new Date(Date.now() - DAY_MS).toISOString(), quantity: 5 }))
    expect(await leftOf(user, line)).toEqual([2, 3])
    const [result] = await line.report(actOf({ user, quantity: 9 }))
    expect(result?.flowers).toBe(3)
    expect(await leftOf(user, line)).toEqual([5, 0])
    expect(await leftOf(other, line)).toEqual([4, 1])
  })

  it('is limited by the tightest of the allowances: of the campaign, of the line', async () => {
    const user = freshId('user')
    const campaign = await plantLine({
      rules: [{ capPerDay: 5, capPerCampaign: 8, campaignFrom: '2020-01-01', validFrom: 1_577_836_800_000 }],
    })
    await campaign.report(actOf({ user, at: new Date(Date.now() - DAY_MS).toISOString(), quantity: 5 }))
    expect(await leftOf(user, campaign)).toEqual([0, 3])
    const budget = await plantLine({ rules: [{ lineBudget: 10 }] })
    await budget.report(actOf({ quantity: 7 }), actOf({ user, quantity: 2 }))
    expect(await leftOf(user, budget)).toEqual([2, 1])
    expect(await leftOf(user, await plantLine())).toEqual([0, null])
  })

  it('counts what the id of a line earned before it was linked', async () => {
    const line = await plantLine({ userIds: 'own', rules: [{ capPerDay: 5 }] })
    const user = freshId('user')
    expect((await mine(user, line))?.linked).toBe(false)
    await line.report(actOf({ user: 'their-id', quantity: 3 }))
    expect(await leftOf(user, line)).toEqual([0, 5])
    await link(line, 'their-id', user)
    expect((await mine(user, line))?.linked).toBe(true)
    expect(await leftOf(user, line)).toEqual([3, 2])
    // What another id of theirs earned before counts against the day too.
    await run('DELETE FROM links WHERE user = ?', user)
    expect(await leftOf(user, line)).toEqual([3, 2])
  })

  it('is told of a person to that person alone', async () => {
    await expectProblem(await send('/v1/me/earning'), 'token_missing')
  })
})
