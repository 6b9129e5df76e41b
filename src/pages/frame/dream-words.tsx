import type { FC } from 'hono/jsx'
import type { DreamWire } from '../../dreams/wire.ts'
import type { Lang, Words } from '../../words/language.ts'
import { Pill, type Tone } from './parts.tsx'

/** What the pages call the states of a dream, in a word or two. */

type PublicState = DreamWire['state']

const STATES: Readonly<Record<PublicState, Words<string> & { readonly tone: Tone }>> = {
  published: { zh: '即将开始', en: 'Opens soon', tone: 'wait' },
  collecting: { zh: '收集中', en: 'Collecting', tone: 'good' },
  reached: { zh: '已达标，仍在收集', en: 'Reached, still collecting', tone: 'good' },
  closing: { zh: '正在结束', en: 'Closing', tone: 'wait' },
  expired: { zh: '未达标，小红花退回', en: 'Not reached, flowers go back', tone: 'plain' },
  settling: { zh: '公示期', en: 'Settling', tone: 'wait' },
  funded: { zh: '已获资助', en: 'Funded', tone: 'good' },
  executing: { zh: '执行中', en: 'Being carried out', tone: 'good' },
  completed: { zh: '已完成', en: 'Completed', tone: 'good' },
  stopped: { zh: '已终止', en: 'Stopped', tone: 'bad' },
}

export const stateWord = (lang: Lang, state: PublicState): string => STATES[state][lang]

/** The state of a dream, as a pill. */
export const StatePill: FC<{ lang: Lang; state: PublicState }> = ({ lang, state }) => (
  <Pill tone={STATES[state].tone}>{STATES[state][lang]}</Pill>
)
