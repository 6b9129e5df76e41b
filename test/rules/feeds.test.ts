import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { writeAtom } from '../../src/life/atom.ts'
import { describeNews } from '../../src/life/feeds.ts'
import { NEWS_KINDS } from '../../src/life/news.ts'
import { LIFE_STATES, MOVES } from '../../src/life/states.ts'
import { parseXml } from '../xml.ts'

/** What each kind is noted with. */
const WHOLE = {
  from: 'reached',
  to: 'expired',
  reason: '理由',
  into: 'another-dream',
  field: 'what',
  text: '改为 2,000 人',
  until: '2026-09-09T15:59:59.000Z',
  flowers: 12,
  pledges: 3,
  organisation: 'first-aid',
  amountCents: 123_456_789,
  currency: 'CNY',
  title: '第一批培训',
  state: 'done',
  name: '急救员',
  unit: '人',
  planned: 1_000,
  actual: 20,
  number: 2,
  final: false,
  dueAt: Date.UTC(2026, 11, 31, 20),
  kind: 'concern',
  question: 'qst_1',
}

describe('news in words', () => {
  it.each(NEWS_KINDS)('say something of %s in both languages, whatever of its data is missing', (kind) => {
    for (const data of [WHOLE, {}]) {
      const words = describeNews(kind, data)
      expect(words.title).toMatch(/\p{Script=Han}/u)
      expect(words.titleEn).toMatch(/^[A-Z][\x20-\x7e’]*$/)
      expect(words.text.split('\n').length).toBe(words.textEn.split('\n').length)
      expect(`${words.text}${words.textEn}`).not.toMatch(/undefined|null|NaN|Invalid|\[object/)
    }
    expect(describeNews(kind, {}).text).toBe('')
  })

  it('never throw nor show what is no text or number', () => {
    const odd = fc.oneof(fc.anything(), fc.double(), fc.constantFrom('toString', '__proto__', 'constructor'))
    const data = fc.record(Object.fromEntries(Object.keys(WHOLE).map((name) => [name, odd])))
    fc.assert(
      fc.property(fc.constantFrom(...NEWS_KINDS), data, (kind, fields) => {
        const { title, titleEn, text, textEn } = describeNews(kind, fields)
        for (const part of [title, titleEn, text, textEn]) expect(typeof part).toBe('string')
        expect(title).not.toBe('')
      }),
      { numRuns: 300 },
    )
  })

  it('tell every move there is apart from the others into other states', () => {
    const titles = new Map(
      MOVES.map(({ from, to }) => [`${from} ${to}`, describeNews('moved', { from, to }).title]),
    )
    expect(titles.get('reached collecting')).not.toBe(titles.get('published collecting'))
    expect(new Set(LIFE_STATES.map((to) => describeNews('moved', { to }).title)).size).toBe(
      LIFE_STATES.length,
    )
  })

  it('write times, money, numbers and names of texts as the pages do, in each language', () => {
    const textOf = (kind: (typeof NEWS_KINDS)[number]) => describeNews(kind, WHOLE)
    expect(textOf('extended')).toMatchObject({
      text: '延长至：2026年9月9日 23:59（北京时间）\n原因：理由',
      textEn: 'Until: 9 Sept 2026, 23:59 UTC+8\nReason: 理由',
    })
    expect(textOf('report_overdue').text).toBe('应于：2027年1月1日')
    expect(textOf('granted')).toMatchObject({
      text: '金额：¥1,234,567.89',
      textEn: 'Amount: CN¥1,234,567.89',
    })
    expect(describeNews('spending', { ...WHOLE, amountCents: 9_600_000 }).text).toContain('金额：¥96,000')
    expect(textOf('amended')).toMatchObject({
      text: '更正的内容：想做什么\n应为：改为 2,000 人\n原因：理由',
      textEn: 'What is corrected: What it is\nIt should read: 改为 2,000 人\nReason: 理由',
    })
    expect(textOf('returned').text).toBe('退回的小红花：12 朵\n退回的送花次数：3 次')
    expect(textOf('moved').text).toBe('原因：理由\n并入：another-dream')
    expect(textOf('measure').text).toBe('指标：急救员\n计划：1,000 人\n实际：20 人')
    expect(textOf('milestone').text).toBe('里程碑：第一批培训\n现状：已完成')
    const named = { organisation: 'first-aid', name: '急救中心', nameEn: 'First Aid Centre' }
    expect(describeNews('taken_on', named)).toMatchObject({
      text: '共创方：急救中心',
      textEn: 'Co-creator: First Aid Centre',
    })
  })
})

describe('an Atom feed', () => {
  const feedOf = (text: string) =>
    writeAtom({
      id: 'urn:a:feed',
      lang: 'zh-CN',
      title: text,
      author: text,
      self: `https://a.test/feed.atom?a=1&b="'<>`,
      entries: [{ id: 'urn:a:1', title: text, text, about: 'https://a.test/1?a&b', at: 0 }],
      emptySince: 5,
    })

  it('has what RFC 4287 asks of a feed and of an entry', () => {
    const root = parseXml(feedOf('x'))
    expect(root).toMatchObject({
      name: 'feed',
      attributes: { xmlns: 'http://www.w3.org/2005/Atom', 'xml:lang': 'zh-CN' },
    })
    const names = root.children.map(({ name }) => name)
    expect(names).toEqual(['id', 'title', 'updated', 'author', 'link', 'entry'])
    expect(root.children[4]?.attributes).toEqual({
      rel: 'self',
      type: 'application/atom+xml',
      href: `https://a.test/feed.atom?a=1&b="'<>`,
    })
    expect(root.children[5]?.children.map(({ name, text }) => [name, text])).toEqual([
      ['id', 'urn:a:1'],
      ['title', 'x'],
      ['updated', '1970-01-01T00:00:00.000Z'],
      ['link', ''],
      ['content', 'x'],
    ])
  })

  it('was updated with its newest entry, or when it began', () => {
    const feed = { id: 'urn:a', lang: 'en', title: 'x', author: 'x', self: 'https://a.test/', emptySince: 5 }
    const entry = (at: number) => ({ id: `urn:${at}`, title: 'x', text: 'x', about: 'https://a.test/', at })
    const updated = (entries: number[]) =>
      parseXml(writeAtom({ ...feed, entries: entries.map(entry) })).children[2]?.text
    expect(updated([])).toBe('1970-01-01T00:00:00.005Z')
    expect(updated([8_000, 9_000, 1_000])).toBe('1970-01-01T00:00:09.000Z')
  })

  it.each<[string, string, string]>([
    ['markup', '</title><script>alert("1")</script>&amp;', '</title><script>alert("1")</script>&amp;'],
    ['the end of a section', ']]>', ']]>'],
    ['an entity', '&evil;', '&evil;'],
    ['controls', 'a\u0000b\u0008c\u000bd\u001be\u007ff\u0085g\rh', 'abcdefgh'],
    ['what turns the direction', 'a\u202eb\u2066c\u2069d\u202ae', 'abcde'],
    ['half a character', 'a\ud800b\udc00c', 'abc'],
    ['what is no character', 'a\ufffe\uffffb', 'ab'],
    ['lines, tabs and flowers', '一\t花\n🌺', '一\t花\n🌺'],
  ])('bears %s', (_, text, shown) => {
    const [, title, , author, , entry] = parseXml(feedOf(text)).children
    expect(title?.text).toBe(shown)
    expect(author?.children[0]?.text).toBe(shown)
    expect(entry?.children[1]?.text).toBe(shown)
    expect(entry?.children[4]?.text).toBe(shown)
  })

  it('is well-formed whatever stands in it', () => {
    const piece = fc.oneof(
      fc.integer({ min: 0, max: 0xffff }).map((unit) => String.fromCharCode(unit)),
      fc.constantFrom('<', '>', '&', '"', "'", ']]>', '<!--', '<?', '\u0000', '\u202e', '\ud800', '\udfff'),
    )
    const hostile = fc.array(piece, { maxLength: 30 }).map((pieces) => pieces.join(''))
    fc.assert(
      fc.property(hostile, (text) => {
        parseXml(feedOf(text))
      }),
      { numRuns: 500 },
    )
  })
})
