import type { Tone } from '../../pages/frame/parts.tsx'
import type { LineWire } from '../../registry/lines-routes.ts'
import type { Words } from '../../words/language.ts'

/** What is said of lines on more than one page. */

/** The states of a line in a word. */
export const lineStates: Words<Record<LineWire['state'], string>> = {
  zh: { active: '运行中', paused: '已暂停', closed: '已关闭' },
  en: { active: 'Active', paused: 'Paused', closed: 'Closed' },
}

export const lineTones: Record<LineWire['state'], Tone> = { active: 'good', paused: 'wait', closed: 'plain' }
