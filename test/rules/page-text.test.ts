import { describe, expect, it } from 'vitest'
import { titleOf } from '../../src/pages/frame/names.ts'
import { langOf, shownText } from '../../src/pages/frame/text.ts'

describe('text that someone else wrote, on a page', () => {
  it('reads in the order it is written, whatever turns it', () => {
    expect(shownText('a\u202elive\u202c \u2066b\u2069\u0000\u0007\u0085c')).toBe('alive bc')
    expect(titleOf('en', { title: '花', titleEn: '\u202eevil' })).toBe('evil')
  })

  it('keeps lines, joiners and single marks of direction', () => {
    for (const text of ['one\n\ttwo', '👨\u200d👩\u200d👧', 'שלום\u200f!', 'a\u200eb', 'می\u200cخواهم'])
      expect(shownText(text)).toBe(text)
  })

  it('says that it is Chinese only where it mostly is', () => {
    for (const text of ['一花一梦想', '给 Anna 的书', 'T恤衫'])
      expect([text, langOf(text)]).toEqual([text, 'zh-CN'])
    for (const text of ['One Flower', 'Tea from 福建 province', '図書館のほん', '12', ''])
      expect([text, langOf(text)]).toEqual([text, undefined])
  })
})
