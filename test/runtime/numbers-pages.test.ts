import { beforeAll, describe, expect, it, vi } from 'vitest'
import type { NumbersWire } from '../../src/numbers/numbers-routes.ts'
import { earn, give, publishAll, wholePass } from './numbers-calls.ts'
import { visit } from './page-calls.ts'
import { freshId, send, world } from './world.ts'

const HOSTILE = `\u202e<script>alert(1)</script> "onload=x ${'长'.repeat(300)}`

const dream = freshId('dream')
const quiet = freshId('dream')

const textOf = async (answer: Response): Promise<string> => {
  const text = await answer.text()
  expect({ status: answer.status, text: text.slice(0, 500) }).toMatchObject({ status: 200 })
  return text
}

const plotsIn = (text: string): string[] => text.match(/<figure class="plot"[\s\S]*?<\/figure>/g) ?? []

/** Holds each picture of a page to have a name and a sentence of its own, and its numbers beside it. */
function expectTold(text: string): void {
  const ids = [...text.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id)
  expect(new Set(ids).size).toBe(ids.length)
  for (const plot of plotsIn(text)) {
    const [, name, desc] = /role="img" aria-labelledby="(\S+) (\S+)"/.exec(plot) ?? []
    expect(plot).toMatch(new RegExp(`<title id="${name}">[^<]+</title><desc id="${desc}">[^<]+</desc>`))
    expect(plot).toMatch(/<details><summary>[^<]+<\/summary>.*<table>/s)
    expect(plot).not.toMatch(/style=|NaN|undefined/)
  }
}

beforeAll(async () => {
  await world.DB.prepare('INSERT INTO lines (id, name, name_en) VALUES (?1, ?2, ?2), (?3, ?4, ?5)')
    .bind('game', HOSTILE, 'steps', '走路', 'Steps')
    .run()
  for (const [n, id] of [dream, quiet].entries())
    await world.DB.prepare(
      `INSERT INTO dreams (id, position, title, title_en, summary, quota, opens_at, closes_at, state, as_of)
       VALUES (?1, ?2, ?3, '', '', 1000, 0, ?4, 'collecting', 0)`,
    )
      .bind(id, n, HOSTILE, Date.now() + 3_600_000)
      .run()
})

describe('before the first count', () => {
  it('the numbers and a dream say in words when there will be something to see', async () => {
    expect(await textOf(await visit('/numbers'))).toContain('第一次清点几分钟内就好')
    expect(await textOf(await visit('/numbers', { lang: 'en' }))).toContain('There are no numbers yet')
    expect(await textOf(await visit(`/dreams/${quiet}`))).toContain('收到第一朵花之后')
  })
})

describe('after a count', () => {
  beforeAll(async () => {
    const user = freshId('user')
    await earn(user, 7_000_000, { line: 'steps' })
    await earn(user, 30_000, { line: 'game' })
    await give(user, dream, 7_010_000)
    await publishAll()
    await wholePass()
    // The answer of before may be served for some seconds.
    await vi.waitUntil(
      async () => ((await (await send('/v1/numbers')).json()) as NumbersWire).asOf !== null,
      {
        ...{ timeout: 20_000, interval: 200 },
      },
    )
  })

  it('the numbers are four plots with their tables, in the language of the reader', async () => {
    const [zh, en] = [
      await textOf(await visit('/numbers')),
      await textOf(await visit('/numbers', { lang: 'en' })),
    ]
    for (const text of [zh, en]) {
      expect(plotsIn(text)).toHaveLength(4)
      expectTold(text)
      expect(text).toContain('7,030,000')
      expect(text).toContain(`href="/dreams/${dream}"`)
    }
    expect(zh).toMatch(/20,000 朵还在大家手里/)
    expect(zh).toMatch(/>走路</)
    expect(zh).toContain('701万')
    expect(en).toMatch(/>Steps</)
    expect(en).toContain('7m')
    expect(en).not.toContain('每小时')
  })

  it('a dream shows its level against its quota, and its flowers by line', async () => {
    for (const lang of ['zh', 'en'] as const) {
      const text = await textOf(await visit(`/dreams/${dream}`, { lang }))
      expect(plotsIn(text)).toHaveLength(2)
      expectTold(text)
      expect(text).toContain(lang === 'zh' ? '最低执行额度 1000' : 'Quota 1k')
      expect(text).toMatch(/7,000,000[\s\S]*10,000/)
    }
  })

  it('names that are markup or direct text are letters in a plot, cut where there is no room', async () => {
    const plots = plotsIn(await textOf(await visit('/numbers'))).join('')
    expect(plots).not.toMatch(/<script|\u202e/)
    expect(plots).toMatch(/<text[^>]*>&lt;script&gt;alert\(1\)&lt;\/script&gt;[^<]*…<\/text>/)
    expect(plots).not.toContain('长'.repeat(100))
  })

  it('a dream without flowers has a sentence and no empty picture', async () => {
    const text = await textOf(await visit(`/dreams/${quiet}`, { lang: 'en' }))
    expect(plotsIn(text)).toHaveLength(0)
    expect(text).toContain('Nothing to draw yet')
  })

  it('a campaign that is none is not found', async () => {
    expect((await visit('/numbers?campaign=no-such')).status).toBe(404)
    expect((await visit('/numbers?campaign=')).status).toBe(200)
  })

  it('a dream is shown while its numbers cannot be read', async () => {
    const other = freshId('dream')
    await world.DB.prepare(
      `INSERT INTO dreams (id, position, title, title_en, summary, quota, opens_at, closes_at, state, as_of)
       VALUES (?1, 9, 'x', 'x', '', 1000, 0, ?2, 'collecting', 0)`,
    )
      .bind(other, Date.now() + 3_600_000)
      .run()
    await world.DB.prepare('ALTER TABLE rollup_sources RENAME TO elsewhere').run()
    const text = await textOf(await visit(`/dreams/${other}`, { lang: 'en' }))
    await world.DB.prepare('ALTER TABLE elsewhere RENAME TO rollup_sources').run()
    expect(text).toContain('The plots cannot be drawn right now')
  })
})
