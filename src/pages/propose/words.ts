import { STATE_WORDS } from '../../life/state-words.ts'
import type { LifeState } from '../../life/states.ts'
import type { Lang, Words } from '../../words/language.ts'
import type { Tone } from '../frame/parts.tsx'

/** How the state of a wish is told to those who made it. */

/** Where a wish is, in a word. */
export const stateWord = (lang: Lang, state: LifeState): string => STATE_WORDS[state][lang === 'zh' ? 0 : 1]

/** The states in which a wish has become a dream that everyone sees. */
const DREAM_STATES: ReadonlySet<LifeState> = new Set([
  ...(['published', 'collecting', 'reached', 'expired', 'settling'] as const),
  ...(['funded', 'executing', 'completed', 'stopped'] as const),
])

export const isDream = (state: LifeState): boolean => DREAM_STATES.has(state)

/** How a state looks. */
export function toneOf(state: LifeState): Tone {
  if (state === 'declined' || state === 'stopped') return 'bad'
  if (state === 'draft' || state === 'merged' || state === 'withdrawn' || state === 'expired') return 'plain'
  return isDream(state) || state === 'accepted' ? 'good' : 'wait'
}

/** What a state means for the one who made the wish, and what comes next. Null for dreams, which tell it themselves. */
export function tellState(lang: Lang, state: LifeState): string | null {
  const t: Partial<Record<LifeState, string>> = means[lang]
  return t[state] ?? null
}

const means = {
  zh: {
    draft: '这是草稿，只有你看得见。看过下面类似的愿望，就可以送出。',
    proposed: '已经送到，等待评审。现在不能再改，但可以撤回。',
    in_review: '评审员正在看。结果会写在这里，也会出现在你的消息里。',
    accepted: '通过了评审！等找到共创方、排进活动，就会公布成梦想。',
    declined: '这次没有通过。理由在下面，是公开的。',
    merged: '它和另一个愿望很像，已经并过去，你也是那个愿望的提出者。',
    withdrawn: '你撤回了它。',
  },
  en: {
    draft: 'A draft that only you see. Look through similar wishes below, then send it.',
    proposed: 'It arrived and waits for review. It cannot be changed any more, but you may withdraw it.',
    in_review: 'Reviewers are reading it. What they decide stands here, and in your news.',
    accepted: 'It was accepted! Once someone takes it on and it has a campaign, it becomes a dream.',
    declined: 'It was not accepted this time. The reason is below, in public.',
    merged: 'It was much like another wish and was merged into it. You are a proposer of that one too.',
    withdrawn: 'You withdrew it.',
  },
} satisfies Words<Partial<Record<LifeState, string>>>
