import type { Tone } from '../../pages/frame/parts.tsx'
import type { LineDayWire } from '../../totals/routes.ts'
import type { Lang } from '../../words/language.ts'

const words = {
  zh: { good: '对得上', bad: '对不上', wait: '还没核对' },
  en: { good: 'Agrees', bad: 'Does not agree', wait: 'Not checked yet' },
}

/** Whether the accounts of a day agree, in a word and a tone. */
export function agreement(lang: Lang, { agrees }: Pick<LineDayWire, 'agrees'>): { tone: Tone; text: string } {
  const tone = agrees === null ? 'wait' : agrees ? 'good' : 'bad'
  return { tone, text: words[lang][tone] }
}
