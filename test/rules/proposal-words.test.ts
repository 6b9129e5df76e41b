import { DatabaseSync } from 'node:sqlite'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { searchQuery, similarQuery, toSearchText } from '../../src/proposals/words.ts'

const database = new DatabaseSync(':memory:')
database.exec("CREATE VIRTUAL TABLE texts USING fts5(title, body, tokenize = 'unicode61')")

/** Whether a query finds a text in FTS5 itself. */
function finds(query: string, text: string, body = ''): boolean {
  database.exec('DELETE FROM texts')
  database.prepare('INSERT INTO texts VALUES (?, ?)').run(toSearchText(text), toSearchText(body))
  return database.prepare('SELECT rowid FROM texts WHERE texts MATCH ?').get(query) !== undefined
}

const search = (typed: string, text: string, body?: string) => finds(searchQuery(typed), text, body)

/** Few characters, so that what is looked for is often there and often almost there. */
const han = fc.string({ unit: fc.constantFrom(...'急救包𠮷'), minLength: 1, maxLength: 8 })

describe('words of a text', () => {
  it.each([
    ['急救包', '急救 救包 包'],
    ['爱', '爱'],
    ['AED急救，走近我', 'aed 急救 救 走近 近我 我'],
    ['Ｆｉｒｓｔ　ａｉｄ', 'first aid'],
    ['学校40所', '学校 校 40 所'],
    ['カードを', 'カー ード ドを を'],
    ['𠮷野家', '𠮷野 野家 家'],
    ['급구함 도서관', '급구함 도서관'],
    ['急\u200b救\ufe0f包', '急救 救包 包'],
    ['', ''],
    ['?!—…🌺', ''],
  ])('of %j are %j', (text, words) => {
    expect(toSearchText(text)).toBe(words)
  })
})

describe('a search', () => {
  it.each([
    ['急救', '山村急救课'],
    ['课', '山村急救课'],
    ['山', '山村急救课'],
    ['急救课', '山村急救课'],
    ['aed', '走廊里的AED'],
    ['ＡＥＤ', '走廊里的aed'],
    ['hosp', 'A Hospital for Toys'],
    ['toys hospital', 'A Hospital for Toys'],
    ['急救 山村', '山村急救课'],
    ['课山村', '山村课山村'],
    ['图书馆"', '流动图书馆'],
  ])('for %j finds %j', (typed, text) => {
    expect(search(typed, text)).toBe(true)
  })

  it.each([
    ['救急', '山村急救课'],
    ['急课', '急救课'],
    ['急救 医院', '山村急救课'],
    ['ospital', 'A Hospital'],
    ['课急', '急救课。急救课'],
    ['', '山村急救课'],
    ['***', '山村***急救课'],
    ['" OR "', '山村急救课'],
    ['title:山', 'title'],
  ])('for %j does not find %j', (typed, text) => {
    expect(search(typed, text)).toBe(false)
  })

  it('finds words that stand in the title and in the text together', () => {
    expect(search('急救 学校', '急救课', '给学校')).toBe(true)
    expect(search('课给', '急救课', '给学校')).toBe(false)
  })

  it('for Chinese characters finds a text just when they stand in it, in this order', () => {
    fc.assert(
      fc.property(han, han, (typed, text) => {
        expect(search(typed, text)).toBe(text.includes(typed))
      }),
      { numRuns: 1_000 },
    )
  })

  it('for a part of any text in any script, cut between its words, finds that text', () => {
    const word = fc.oneof(
      han,
      fc.constantFrom('hello', 'Æther', 'naïve', 'école', '12', 'привет', '한국어', 'カナ', 'ｶﾞ'),
    )
    fc.assert(
      fc.property(
        fc.array(word, { minLength: 1, maxLength: 8 }),
        fc.nat(),
        fc.nat(),
        (words, from, length) => {
          const start = from % words.length
          const typed = words.slice(start, start + 1 + (length % words.length)).join(' ')
          expect(search(typed, words.join('、'))).toBe(true)
        },
      ),
    )
  })

  it('of any text at all is a query that FTS5 takes, and so is what is similar to it', () => {
    const hostile = fc.constantFrom(
      ...[
        '"',
        "'",
        '*',
        '-',
        '^',
        '(',
        ')',
        ':',
        '+',
        '{',
        ' NEAR(a b, 2) ',
        ' AND ',
        ' OR ',
        ' NOT ',
        '\0',
        '\ud800',
        '急救',
        'a',
      ],
    )
    const text = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 60 }),
      fc.string({ unit: 'grapheme', maxLength: 60 }),
      fc.string({ unit: hostile, maxLength: 20 }),
    )
    fc.assert(
      fc.property(text, (typed) => {
        for (const query of [searchQuery(typed), similarQuery(typed)]) finds(query, typed)
      }),
      { numRuns: 1_000 },
    )
  })

  it('of a very long text stays short', () => {
    const many = Array.from({ length: 5_000 }, (_, n) => `w${n}`).join(' ')
    expect(searchQuery(many).split(' AND ').length).toBeLessThan(100)
    expect(similarQuery(many).split(' OR ')).toHaveLength(64)
    for (const typed of [
      many,
      '急'.repeat(100_000),
      '急救包 '.repeat(20_000),
      'a'.repeat(100_000),
      'ﷺ'.repeat(100_000),
    ])
      for (const query of [searchQuery(typed), similarQuery(typed)]) {
        expect(query.length).toBeLessThan(2_000)
        finds(query, '急')
      }
  })
})

describe('what is similar', () => {
  it.each([
    ['给山村孩子的流动图书馆', '流动的图书馆'],
    ['AED on every street', 'An AED map'],
  ])('to %j is %j', (text, other) => {
    expect(finds(similarQuery(text), other)).toBe(true)
  })

  it.each([
    ['给孩子的画展', '为了老人的歌'],
    ['the dream of a house', 'The end of a road'],
    ['我', '我们'],
    ['', '急救'],
  ])('to %j is not %j', (text, other) => {
    expect(finds(similarQuery(text), other)).toBe(false)
  })

  it('to any text of words is that text itself', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...'急救包'), minLength: 2, maxLength: 100 }), (text) => {
        expect(finds(similarQuery(text), text)).toBe(true)
      }),
    )
  })
})
