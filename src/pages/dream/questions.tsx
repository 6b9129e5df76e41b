import type { FC } from 'hono/jsx'
import type { DreamDetail } from '../../dreams/wire.ts'
import type { QuestionSummary } from '../../supervision/questions-routes.ts'
import type { QuestionWire } from '../../supervision/questions-wire.ts'
import { type Lang, type Words, writeNumber } from '../../words/language.ts'
import type { PageContext } from '../frame/context.ts'
import type { Listed } from '../frame/inside.ts'
import { More, Notice, Section } from '../frame/parts.tsx'
import { AskForm } from './ask-form.tsx'
import { dataOf, type Part } from './load.ts'
import { Silent } from './pieces.tsx'
import { Question } from './question.tsx'

const words = {
  zh: {
    title: '提问与质疑',
    none: '还没有人提问。任何人都可以在这里公开提问，由共创方或平台答复。',
    counts: (answered: string, open: string) => `已答复 ${answered} 条，等待答复 ${open} 条。`,
    median: (hours: string) => `一半的答复在 ${hours} 小时之内。`,
    soon: '一半的答复不到一小时。',
    all: '全部提问与质疑',
    ask: '我要提问或质疑',
    signIn: '登录后提问或质疑',
    asked: '已经公开提出，稍等片刻就会出现在下面。有了答复会告诉你。',
    raised: '已经提交给运营方。',
  },
  en: {
    title: 'Questions and concerns',
    none: 'Nobody has asked yet. Anyone may ask here in public; its co-creators or the platform answer.',
    counts: (answered: string, open: string) => `${answered} answered, ${open} waiting.`,
    median: (hours: string) => `Half of the answers came within ${hours} hours.`,
    soon: 'Half of the answers came within the hour.',
    all: 'All questions and concerns',
    ask: 'Ask a question or put a concern',
    signIn: 'Sign in to ask',
    asked: 'It is asked; it shows below in a moment. You will hear of the answer.',
    raised: 'It is raised to the operators.',
  },
} satisfies Words<object>

/** What of the questions is done, as it is told where they are shown. */
export const AskedNotice: FC<{ c: PageContext }> = ({ c }) => {
  const t = words[c.get('lang')]
  const done = c.req.query('done')
  return done === 'asked' || done === 'raised' ? <Notice tone="good">{t[done]}</Notice> : null
}

/** How the questions are answered, in a sentence. */
export const AnsweringTime: FC<{ lang: Lang; summary: QuestionSummary }> = ({ lang, summary }) => {
  const t = words[lang]
  const { answered, open, medianHours } = summary.responseTime
  if (answered + open === 0) return null
  const median =
    medianHours === null ? null : medianHours <= 1 ? t.soon : t.median(writeNumber(lang, medianHours))
  return (
    <p class="small">
      {t.counts(writeNumber(lang, answered), writeNumber(lang, open))}
      {median && lang === 'en' && ' '}
      {median}
    </p>
  )
}

/** The form for those who are signed in, the way to it for others. */
export const Asking: FC<{ c: PageContext; dream: string; open?: boolean }> = ({ c, dream, open = false }) => {
  const lang = c.get('lang')
  const t = words[lang]
  const path = `/dreams/${encodeURIComponent(dream)}/questions`
  if (!c.get('session'))
    return (
      <p>
        <a class="button plain" href={`/sign-in?to=${encodeURIComponent(path)}`}>
          {t.signIn}
        </a>
      </p>
    )
  return (
    <details open={open}>
      <summary>{t.ask}</summary>
      <AskForm lang={lang} dream={dream} />
    </details>
  )
}

interface QuestionsProps {
  readonly c: PageContext
  readonly dream: DreamDetail
  readonly questions: Part<Listed<QuestionWire>>
  readonly summary: Part<QuestionSummary>
}

/** What the public asks, and how it is answered. */
export const Questions: FC<QuestionsProps> = ({ c, dream, questions, summary }) => {
  const lang = c.get('lang')
  const t = words[lang]
  const list = dataOf(questions)
  const counts = dataOf(summary)
  return (
    <Section id="questions" title={t.title}>
      <AskedNotice c={c} />
      {questions.kind === 'silent' && <Silent lang={lang} />}
      {counts && <AnsweringTime lang={lang} summary={counts} />}
      {list && list.items.length === 0 && <p class="hint">{t.none}</p>}
      {list && list.items.length > 0 && (
        <ul class="plain-list">
          {list.items.map((question) => (
            <li>
              <Question lang={lang} question={question} />
            </li>
          ))}
        </ul>
      )}
      <More href={list?.nextCursor ? `/dreams/${encodeURIComponent(dream.id)}/questions` : null}>
        {t.all}
      </More>
      <Asking c={c} dream={dream.id} />
    </Section>
  )
}
