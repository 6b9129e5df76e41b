import type { FC } from 'hono/jsx'
import type { QuestionWire } from '../../supervision/questions-wire.ts'
import { type Lang, type Words, writeNumber } from '../../words/language.ts'
import { nameOf } from '../frame/names.ts'
import { Moment, Paragraphs, Pill, Said, type Tone } from '../frame/parts.tsx'

const words = {
  zh: {
    question: '提问',
    concern: '质疑',
    open: '等待答复',
    answered: '已答复',
    raised: '已提交运营方',
    resolved: '运营方已处理',
    operator: '平台运营方',
    took: (hours: string) => `用了 ${hours} 小时答复`,
    soon: '很快得到答复',
    resolution: '运营方的处理：',
    hidden: '这一条被隐藏了，原因：',
    raise: '提交给运营方',
  },
  en: {
    question: 'Question',
    concern: 'Concern',
    open: 'Waiting for an answer',
    answered: 'Answered',
    raised: 'With the operators',
    resolved: 'Settled by the operators',
    operator: 'The operators of the platform',
    took: (hours: string) => `answered in ${hours === '1' ? '1 hour' : `${hours} hours`}`,
    soon: 'answered at once',
    resolution: 'What the operators say:',
    hidden: 'This was hidden. Why: ',
    raise: 'Raise it to the operators',
  },
} satisfies Words<object>

const TONES: Readonly<Record<QuestionWire['state'], Tone>> = {
  open: 'wait',
  answered: 'good',
  raised: 'bad',
  resolved: 'good',
}

/** Whether someone may still raise it to the operators. */
export const isRaisable = ({ kind, state, hidden }: QuestionWire): boolean =>
  kind === 'concern' && state !== 'resolved' && !hidden

/** A question or concern with its answers; by itself without the way to raise it. */
export const Question: FC<{ lang: Lang; question: QuestionWire; alone?: boolean }> = ({
  lang,
  question,
  alone = false,
}) => {
  const t = words[lang]
  const { id, dream, kind, state, text, askedAt, answers, responseHours, resolution, moderation } = question
  return (
    <div class="question" id={alone ? undefined : id}>
      <p class="small marks">
        <Pill>{t[kind]}</Pill>
        {!question.hidden && <Pill tone={TONES[state]}>{t[state]}</Pill>}
        <Moment lang={lang} time={askedAt} />
      </p>
      {text === null ? (
        <p class="hint">
          {t.hidden}
          <Said>{moderation?.reason ?? ''}</Said>
        </p>
      ) : (
        <Paragraphs text={text} />
      )}
      {answers.map((answer, index) => (
        <div class="answer">
          <p class="small">
            <strong>
              {answer.organisation === null ? t.operator : <Said>{nameOf(lang, answer.organisation)}</Said>}
            </strong>{' '}
            · <Moment lang={lang} time={answer.at} />
            {index === 0 && responseHours !== null && <> · {tellHours(lang, responseHours)}</>}
          </p>
          <Paragraphs text={answer.text} />
        </div>
      ))}
      {resolution && (
        <div class="answer">
          <p class="small">
            <strong>{t.resolution}</strong> <Moment lang={lang} time={resolution.at} />
          </p>
          <Paragraphs text={resolution.text} />
        </div>
      )}
      {!alone && isRaisable(question) && (
        <p class="tight">
          <a
            class="quiet-link"
            href={`/dreams/${encodeURIComponent(dream)}/questions/${encodeURIComponent(id)}`}
          >
            {t.raise}
          </a>
        </p>
      )}
    </div>
  )
}

/** The time to the first answer; below a tenth of an hour it is none. */
function tellHours(lang: Lang, hours: number): string {
  const t = words[lang]
  return hours < 0.1 ? t.soon : t.took(writeNumber(lang, hours))
}
