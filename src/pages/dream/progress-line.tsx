import type { FC } from 'hono/jsx'
import type { ProgressWire } from '../../execution/progress-wire.ts'
import { type Lang, type Words, writeNumber } from '../../words/language.ts'
import { writeMoney } from '../../words/money.ts'
import { Moment, Paragraphs } from '../frame/parts.tsx'
import { Figures, Pictures } from './pieces.tsx'

const words = {
  zh: {
    states: { planned: '计划中', under_way: '进行中', done: '已完成', dropped: '已取消' },
    measure: (before: string, actual: string) => `从 ${before} 到 ${actual}`,
    spent: (amount: string) => `花费 ${amount}`,
    back: (amount: string) => `收回 ${amount}`,
  },
  en: {
    states: { planned: 'planned', under_way: 'under way', done: 'done', dropped: 'dropped' },
    measure: (before: string, actual: string) => `from ${before} to ${actual}`,
    spent: (amount: string) => `${amount} spent`,
    back: (amount: string) => `${amount} taken back`,
  },
} satisfies Words<object>

/** What changed by a line of progress; `currency` is that of the grant. */
export function tellChange(lang: Lang, { change }: ProgressWire, currency: string | null): string {
  const t = words[lang]
  if (change.kind === 'milestone') return t.states[change.to]
  if (change.kind === 'measure')
    return t.measure(writeNumber(lang, change.before), writeNumber(lang, change.actual))
  const amount = writeMoney(lang, Math.abs(change.amountCents), currency)
  return change.amountCents < 0 ? t.back(amount) : t.spent(amount)
}

/** What was said and shown for a line of progress; `title` is what its pictures are of. */
export const Evidence: FC<{ lang: Lang; line: ProgressWire; title: string }> = ({ lang, line, title }) => (
  <div class="evidence">
    <p class="small">
      <Moment lang={lang} time={line.at} />
    </p>
    <Paragraphs text={line.text} />
    <Figures lang={lang} figures={line.figures} />
    <Pictures lang={lang} ids={line.pictures} title={title} />
  </div>
)
