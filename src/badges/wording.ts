import { type Lang, type Words, writeNumber } from '../words/language.ts'
import type { Progress } from './progress.ts'

/** What badges say of a dream, and in which colour. White text on each of the colours has a contrast of 4.5:1. */

type State = Progress['state']

const COLOURS = { red: '#c8102e', green: '#1b6b3a', brown: '#7a4b00', grey: '#6b5751' } as const

const TONES: Readonly<Record<State, keyof typeof COLOURS>> = {
  published: 'brown',
  collecting: 'red',
  reached: 'green',
  closing: 'brown',
  settling: 'green',
  funded: 'green',
  executing: 'green',
  completed: 'green',
  expired: 'grey',
  stopped: 'grey',
}

const STATES: Words<Readonly<Record<State, string>>> = {
  zh: {
    published: '即将开始',
    collecting: '收集中',
    reached: '已达成',
    closing: '清点中',
    settling: '公示中',
    funded: '已获资助',
    executing: '执行中',
    completed: '已完成',
    expired: '未达成，小红花已退回',
    stopped: '已终止',
  },
  en: {
    published: 'opening soon',
    collecting: 'collecting',
    reached: 'reached',
    closing: 'counting',
    settling: 'being decided',
    funded: 'funded',
    executing: 'under way',
    completed: 'completed',
    expired: 'not reached, flowers returned',
    stopped: 'stopped',
  },
}

const LABELS: Words<string> = { zh: '小红花', en: 'little red flowers' }

/** The left side of a badge where none is asked for. */
export const labelOf = (lang: Lang): string => LABELS[lang]

/** The colour of where a dream is. */
export const colourOf = (state: State): string => COLOURS[toneOf(state)]

/** The name of that colour, as style sheets know it. */
export const toneOf = (state: State): keyof typeof COLOURS => TONES[state]

/** Where a dream is, in a word or two. */
export function stateOf({ state, returned }: Progress, lang: Lang): string {
  if (state === 'expired' && returned?.doneAt === null)
    return lang === 'zh' ? '未达成，小红花退回中' : 'not reached, flowers going back'
  return STATES[lang][state]
}

/** `1,234 / 10,000 朵` */
function countOf({ flowers, quota }: Progress, lang: Lang): string {
  const count = `${writeNumber(lang, flowers)} / ${writeNumber(lang, quota)}`
  return lang === 'zh' ? `${count} 朵` : count
}

/** The right side of a badge: how far the dream is, and where, once it is more than collecting. */
export function messageOf(progress: Progress, lang: Lang): string {
  switch (progress.state) {
    case 'published':
    case 'expired':
      return stateOf(progress, lang)
    case 'collecting':
      return countOf(progress, lang)
    default:
      return `${countOf(progress, lang)} · ${stateOf(progress, lang)}`
  }
}

/** How far a dream is to its quota, from 0 to 1. */
export const shareOf = ({ flowers, quota }: Progress): number => Math.min(1, Math.max(0, flowers / quota))

/** What a badge of a dream that is not there, or cannot be read now, says. */
export const MISSING: Words<Readonly<Record<404 | 503, string>>> = {
  zh: { 404: '没有这个梦想', 503: '稍后再来' },
  en: { 404: 'not found', 503: 'back in a moment' },
}
