import type { Lang, Words } from '../../pages/frame/language.ts'
import type { Tone } from '../../pages/frame/parts.tsx'
import type { LineWire } from '../../registry/lines-routes.ts'

/** What is said of lines on more than one page. */

/** A line's name in the language of the page. */
export const nameOf = (lang: Lang, { name, nameEn, id }: Pick<LineWire, 'id' | 'name' | 'nameEn'>): string =>
  (lang === 'en' ? nameEn || name : name || nameEn) || id

/** The states of a line in a word. */
export const lineStates: Words<Record<LineWire['state'], string>> = {
  zh: { active: '运行中', paused: '已暂停', closed: '已关闭' },
  en: { active: 'Active', paused: 'Paused', closed: 'Closed' },
}

export const lineTones: Record<LineWire['state'], Tone> = { active: 'good', paused: 'wait', closed: 'plain' }
