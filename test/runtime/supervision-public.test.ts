import { describe, expect, it } from 'vitest'
import { type Element, parseXml } from '../xml.ts'
import {
  call,
  noteMove,
  plantExecutor,
  plantProposal,
  plantTitled,
  propose,
  run,
  tell,
  walk,
} from './supervision-calls.ts'
import { expectProblem, freshId, plantDream, send } from './world.ts'

const at = (hours: number) => Date.UTC(2026, 8, 1) + hours * 3_600_000

/** A published dream with a whole path behind it. */
async function plantPath(): Promise<{ dream: string; proposer: string }> {
  const dream = await plantDream()
  const proposer = freshId('proposer')
  await propose(proposer, dream)
  await noteMove({ dream, from: 'draft', to: 'proposed', by: 'proposer', actor: proposer, at: at(0) })
  await noteMove({ dream, from: 'proposed', to: 'in_review', at: at(1) })
  await tell({ dream, kind: 'supporter', audience: 'proposers', at: at(2) })
  await noteMove({ dream, from: 'in_review', to: 'accepted', reason: '可行', at: at(3) })
  await noteMove({ dream, from: 'accepted', to: 'published', at: at(4) })
  await tell({ dream, kind: 'granted', at: at(5) })
  await tell({
    dream,
    kind: 'amended',
    data: { field: 'howMany', text: '2,000 人', reason: '笔误' },
    at: at(6),
  })
  await tell({ dream, kind: 'moved', audience: `user:${proposer}`, at: at(7) })
  await noteMove({ dream, from: 'published', to: 'collecting', by: 'clock', actor: 'system', at: at(8) })
  return { dream, proposer }
}

async function childrenOf(path: string, headers: Record<string, string> = {}): Promise<Element> {
  const answer = await send(path, { headers })
  expect(answer.status).toBe(200)
  expect(answer.headers.get('Content-Type')).toBe('application/atom+xml')
  return parseXml(await answer.text())
}

const textsOf = (element: Element, name: string) =>
  element.children.filter((child) => child.name === name).map(({ text }) => text)

const entriesOf = (feed: Element) => feed.children.filter(({ name }) => name === 'entry')

describe('the history of a dream', () => {
  it('is its whole path once it is published, oldest first, without persons, whatever the size of the pages', async () => {
    const { dream, proposer } = await plantPath()
    for (const pageSize of [1, 2, 3, 20]) {
      const items = await walk(`/v1/dreams/${dream}/history`, undefined, pageSize)
      expect(items.map(({ kind, data }) => (kind === 'moved' ? data.to : kind))).toEqual([
        ...['proposed', 'in_review', 'accepted', 'published', 'amended', 'collecting'],
      ])
      expect(items[2]?.data).toEqual({ from: 'in_review', to: 'accepted', by: 'operator', reason: '可行' })
      expect(JSON.stringify(items)).not.toContain(proposer)
    }
  })

  it('of a proposal is not public', async () => {
    const wish = await plantProposal(freshId('user'))
    await noteMove({ dream: wish, from: 'draft', to: 'proposed' })
    for (const list of ['history', 'news', 'feed.atom'])
      await expectProblem(await call('get', `/v1/dreams/${wish}/${list}`), 'dream_not_found')
  })

  it('refuses what is no dream, no cursor and no size', async () => {
    const dream = await plantDream()
    expect(await walk(`/v1/dreams/${dream}/history`)).toEqual([])
    for (const list of ['history', 'news']) {
      await expectProblem(await call('get', `/v1/dreams/${freshId('no')}/${list}`), 'dream_not_found')
      await expectProblem(await call('get', `/v1/dreams/NO/${list}`), 'dream_not_found')
      await expectProblem(await call('get', `/v1/dreams/${dream}/${list}?cursor=x`), 'invalid_cursor')
      await expectProblem(await call('get', `/v1/dreams/${dream}/${list}?pageSize=0`), 'invalid_request')
    }
  })
})

describe('the news of a dream', () => {
  it('are the public ones, newest first, whatever the size of the pages', async () => {
    const { dream } = await plantPath()
    for (const pageSize of [1, 3, 20])
      expect((await walk(`/v1/dreams/${dream}/news`, undefined, pageSize)).map(({ title }) => title)).toEqual(
        ['开始收集小红花', '更正公告', '获得创新资助', '梦想已公布'],
      )
  })

  it('name the organisation they are of', async () => {
    const dream = await plantDream()
    const { organisation } = await plantExecutor(dream)
    await tell({ dream, kind: 'taken_on', data: { organisation } })
    expect(await walk(`/v1/dreams/${dream}/news`)).toMatchObject([
      { text: '共创方：急救中心', textEn: 'Co-creator: First Aid', data: { organisation } },
    ])
  })
})

describe('the feed of a dream', () => {
  it('tells its public news in Chinese, or in English when asked, newest first', async () => {
    const { dream, proposer } = await plantPath()
    const path = `/v1/dreams/${dream}/feed.atom`
    const feed = await childrenOf(path)
    expect(feed.attributes['xml:lang']).toBe('zh-CN')
    expect(textsOf(feed, 'id')).toEqual([`urn:one-flower-one-dream:feed:dream:${dream}:zh`])
    expect(textsOf(feed, 'updated')).toEqual(['2026-09-01T08:00:00.000Z'])
    expect(feed.children.find(({ name }) => name === 'link')?.attributes).toMatchObject({
      rel: 'self',
      href: `http://flowers.test${path}`,
    })
    const entries = entriesOf(feed)
    expect(entries.map((entry) => textsOf(entry, 'title')[0])).toEqual([
      ...['开始收集小红花', '更正公告', '获得创新资助', '梦想已公布'],
    ])
    expect(textsOf(entries[1] as Element, 'content')).toEqual([
      '更正的内容：惠及多少人\n应为：2,000 人\n原因：笔误',
    ])
    const english = await childrenOf(`${path}?lang=en`)
    expect(english.attributes['xml:lang']).toBe('en')
    expect(english.children.find(({ name }) => name === 'link')?.attributes.href).toBe(
      `http://flowers.test${path}?lang=en`,
    )
    expect(textsOf(entriesOf(english)[0] as Element, 'title')).toEqual(['Collecting flowers'])
    const ids = [feed, english]
      .flatMap((each) => [each, ...entriesOf(each)])
      .flatMap((each) => textsOf(each, 'id'))
    expect(new Set(ids).size).toBe(10)
    const whole = await (await send(path)).text()
    expect(whole).not.toContain(proposer)
    await expectProblem(await call('get', `${path}?lang=fr`), 'invalid_request')
  })

  it('is 304 without a body for who has it already, and keeps the ids of its entries when news comes', async () => {
    const dream = await plantDream()
    await tell({ dream, kind: 'granted' })
    const path = `/v1/dreams/${dream}/feed.atom`
    const first = await send(path)
    const etag = first.headers.get('ETag') ?? ''
    expect(etag).toMatch(/^"[0-9a-f]{24}"$/)
    expect(first.headers.get('Cache-Control')).toMatch(/^public, max-age=1/)
    const known = await send(path, { headers: { 'If-None-Match': etag } })
    expect([known.status, await known.text(), known.headers.get('ETag')]).toEqual([304, '', etag])
    const idsOf = (feed: Element) => entriesOf(feed).map((entry) => textsOf(entry, 'id')[0])
    const before = idsOf(parseXml(await first.text()))
    await tell({ dream, kind: 'report' })
    // One more read serves what there was while it fetches the next.
    await expect
      .poll(async () => idsOf(await childrenOf(path, { 'If-None-Match': '"x"' })), { timeout: 10_000 })
      .toEqual([expect.any(String), ...before])
    expect((await send(path)).headers.get('ETag')).not.toBe(etag)
  })

  it('bears whatever people wrote', async () => {
    const hostile = '</title><script>alert("1")</script> & \u202eevil\u0001\u001b]]> 🌺'
    const dream = await plantTitled(hostile)
    await tell({ dream, kind: 'report', data: { title: hostile, number: 1 } })
    const feed = await childrenOf(`/v1/dreams/${dream}/feed.atom`)
    const shown = '</title><script>alert("1")</script> & evil]]> 🌺'
    expect(textsOf(feed, 'title')).toEqual([shown])
    expect(textsOf(entriesOf(feed)[0] as Element, 'content')).toEqual([`第几份：1\n标题：${shown}`])
  })

  it('has the newest fifty, and none when nothing was told', async () => {
    const [dream, silent] = [await plantDream({ opensAt: at(0) }), await plantDream({ opensAt: at(0) })]
    for (let n = 0; n < 51; n++) await tell({ dream, kind: 'measure', data: { actual: n } })
    const entries = entriesOf(await childrenOf(`/v1/dreams/${dream}/feed.atom`))
    expect(entries).toHaveLength(50)
    expect(textsOf(entries[0] as Element, 'content')).toEqual(['实际：50'])
    const feed = await childrenOf(`/v1/dreams/${silent}/feed.atom`)
    expect(entriesOf(feed)).toEqual([])
    expect(textsOf(feed, 'updated')).toEqual(['2026-09-01T00:00:00.000Z'])
  })

  it('is refused for what is no dream', async () => {
    await expectProblem(await call('get', `/v1/dreams/${freshId('no')}/feed.atom`), 'dream_not_found')
    await expectProblem(await call('get', '/v1/dreams/NO/feed.atom'), 'dream_not_found')
  })
})

describe('the feed of a campaign', () => {
  it('tells the public news of its dreams by their titles, and its own', async () => {
    const [campaign, other] = [freshId('campaign'), await plantDream()]
    const dream = await plantTitled('急救', campaign)
    await run(
      `INSERT INTO campaigns (id, name, name_en, rules, opens_at, closes_at, created_at) VALUES (?, '99公益日', 'Giving Day', '', 1, 2, 0)`,
      campaign,
    )
    const path = `/v1/campaigns/${campaign}/feed.atom`
    const empty = await childrenOf(`${path}?lang=en`)
    expect([textsOf(empty, 'title'), textsOf(empty, 'updated')]).toEqual([
      ['Giving Day'],
      ['1970-01-01T00:00:00.000Z'],
    ])
    await tell({ dream, kind: 'granted' })
    await tell({ dream, kind: 'offered', audience: 'org:x' })
    await tell({ dream: other, kind: 'granted' })
    await run(
      `INSERT INTO news (campaign, kind, data, at) VALUES (?, 'extended', '{"reason":"暴雨"}', 0)`,
      campaign,
    )
    const feed = await childrenOf(path)
    expect(textsOf(feed, 'title')).toEqual(['99公益日'])
    expect(textsOf(feed, 'id')).toEqual([`urn:one-flower-one-dream:feed:campaign:${campaign}:zh`])
    expect(
      entriesOf(feed).map((entry) => [
        ...textsOf(entry, 'title'),
        entry.children.find(({ name }) => name === 'link')?.attributes.href,
      ]),
    ).toEqual([
      ['活动延长', `http://flowers.test/v1/campaigns/${campaign}`],
      ['急救：获得创新资助', `http://flowers.test/v1/dreams/${dream}`],
    ])
  })

  it('is refused for what is no campaign', async () => {
    for (const id of [freshId('no'), 'NO', `${'x'.repeat(65)}`])
      await expectProblem(await call('get', `/v1/campaigns/${id}/feed.atom`), 'campaign_not_found')
  })
})
