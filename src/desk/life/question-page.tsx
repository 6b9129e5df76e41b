import type { FC } from 'hono/jsx'
import type { PageContext } from '../../pages/frame/context.ts'
import { readInside } from '../../pages/frame/inside.ts'
import { nameOf } from '../../pages/frame/names.ts'
import { Pages } from '../../pages/frame/pages.tsx'
import { Back, Moment, Paragraphs, Pill, Said, SaidParagraph, Section } from '../../pages/frame/parts.tsx'
import type { OperatorQuestionWire } from '../../supervision/questions-wire.ts'
import type { Lang } from '../../words/language.ts'
import { requireOperator, sendDeskPage } from '../frame.tsx'
import { ask, type Refused } from './asking.ts'
import { DeskForm, Filled, Folded, LongField } from './fields.tsx'
import { StatePill } from './states.tsx'
import { Done, statusOfRefused, WhyRefused } from './told.tsx'

/** One question or concern, whole: with why it was raised, and what an operator does about it. */

const words = {
  zh: {
    back: '回到问题与质疑',
    question: '问题',
    concern: '质疑',
    hidden: '已隐藏',
    dream: '看它问的梦想',
    asked: '提出于',
    reasons: '为什么请运营者处理',
    answers: '答复',
    noAnswers: '还没有答复。',
    operator: '运营者',
    resolution: '处理结果',
    moderation: '隐藏或恢复的理由',
    resolve: '处理',
    text: '处理结果',
    textHint: '会公开。',
    settle: '公布处理结果',
    hide: '隐藏文字',
    show: '恢复显示',
    reason: '理由',
    reasonHint: '会公开：隐藏的是文字，不是它被隐藏这件事。',
    told: { resolved: '处理结果公布了。', hidden: '文字隐藏了，理由已公开。', shown: '文字恢复显示了。' },
    rules: {
      resolve: '它不在等待处理，或者已被隐藏、已被处理。',
      hide: '它已经隐藏了。',
      show: '它没有被隐藏。',
    },
  },
  en: {
    back: 'Back to questions and concerns',
    question: 'Question',
    concern: 'Concern',
    hidden: 'Hidden',
    dream: 'The dream it is about',
    asked: 'Asked',
    reasons: 'Why it was raised',
    answers: 'Answers',
    noAnswers: 'None yet.',
    operator: 'The operator',
    resolution: 'How it was settled',
    moderation: 'Why it was hidden or shown again',
    resolve: 'Settle it',
    text: 'What is said of it',
    textHint: 'Public.',
    settle: 'Settle it in public',
    hide: 'Hide its text',
    show: 'Show it again',
    reason: 'Reason',
    reasonHint: 'Public: the text is hidden, not that it is.',
    told: {
      resolved: 'It is settled, in public.',
      hidden: 'Its text is hidden, for a public reason.',
      shown: 'Its text is shown again.',
    },
    rules: {
      resolve: 'It does not wait, or it is hidden or settled already.',
      hide: 'It is hidden already.',
      show: 'It is not hidden.',
    },
  },
}

const path = (c: PageContext): string => `/v1/questions/${encodeURIComponent(c.req.param('question') ?? '')}`

async function showQuestion(c: PageContext, refused: Refused | null = null): Promise<Response> {
  const lang = c.get('lang')
  const t = words[lang]
  const question = await readInside<OperatorQuestionWire>(c, path(c))
  const { dream, kind, state, text, askedAt, hidden, reasons, resolution, moderation } = question
  return sendDeskPage(
    c,
    'questions',
    { title: t[kind], ...statusOfRefused(refused) },
    <>
      <Back href="/ops/questions">{t.back}</Back>
      <h1>{t[kind]}</h1>
      <p>
        <StatePill lang={lang} state={state === 'open' ? 'waiting' : state} />{' '}
        {hidden && <Pill tone="bad">{t.hidden}</Pill>}
      </p>
      <Done c={c} told={t.told} />
      <WhyRefused lang={lang} refused={refused} rules={t.rules} />
      <div class="card">
        <Paragraphs text={text ?? ''} />
        <p class="small">
          {t.asked} <Moment lang={lang} time={askedAt} /> · <a href={`/ops/dreams/${dream}`}>{t.dream}</a>
        </p>
      </div>
      {reasons.length > 0 && (
        <Section id="reasons" title={t.reasons}>
          <Told lang={lang} items={reasons.map(({ reason, at }) => ({ text: reason, at }))} />
        </Section>
      )}
      <Section id="answers" title={t.answers}>
        {question.answers.length === 0 && <p>{t.noAnswers}</p>}
        <Told
          lang={lang}
          items={question.answers.map(({ text, organisation, at }) => ({
            ...{ text, at },
            by: organisation ? nameOf(lang, organisation) : t.operator,
          }))}
        />
      </Section>
      {resolution && (
        <Section id="resolution" title={t.resolution}>
          <Told lang={lang} items={[resolution]} />
        </Section>
      )}
      {moderation && (
        <Section id="moderation" title={t.moderation}>
          <Told lang={lang} items={[{ text: moderation.reason, at: moderation.at }]} />
        </Section>
      )}
      <Forms lang={lang} question={question} refused={refused} />
    </>,
  )
}

const Told: FC<{ lang: Lang; items: readonly { text: string; at: string; by?: string }[] }> = ({
  lang,
  items,
}) => (
  <ul class="plain-list">
    {items.map(({ text, at, by }) => (
      <li>
        <SaidParagraph class="as-typed" text={text} />
        <p class="small">
          {by && (
            <>
              <Said>{by}</Said> ·{' '}
            </>
          )}
          <Moment lang={lang} time={at} />
        </p>
      </li>
    ))}
  </ul>
)

const Forms: FC<{ lang: Lang; question: OperatorQuestionWire; refused: Refused | null }> = (props) => {
  const { lang, question, refused } = props
  const t = words[lang]
  const { id, state, hidden } = question
  const resolve = new Filled(lang, 'resolve', refused)
  const act = hidden ? 'show' : 'hide'
  const moderate = new Filled(lang, act, refused)
  return (
    <>
      {state === 'raised' && !hidden && (
        <Folded f={resolve} summary={t.resolve} open>
          <DeskForm action={`/ops/questions/${id}/resolve`} submit={t.settle}>
            <LongField
              f={resolve}
              name="text"
              label={t.text}
              hint={t.textHint}
              max={2_000}
              rows={4}
              required
            />
          </DeskForm>
        </Folded>
      )}
      <Folded f={moderate} summary={t[act]}>
        <DeskForm action={`/ops/questions/${id}/${act}`} submit={t[act]}>
          <LongField
            f={moderate}
            name="reason"
            label={t.reason}
            hint={t.reasonHint}
            max={500}
            rows={2}
            required
          />
        </DeskForm>
      </Folded>
    </>
  )
}

export const questionPages = new Pages()

questionPages.view('/ops/questions/:question', (c) => {
  requireOperator(c)
  return showQuestion(c)
})

for (const [act, told, field] of [
  ['resolve', 'resolved', 'text'],
  ['hide', 'hidden', 'reason'],
  ['show', 'shown', 'reason'],
] as const)
  questionPages.action(`/ops/questions/:question/${act}`, async (c, form) => {
    requireOperator(c)
    const asked = await ask(c, {
      ...{ form: act, typed: form, path: `${path(c)}/${act}`, json: { [field]: form.text(field) } },
      about: { reason_missing: 'reason' },
    })
    return asked.done
      ? c.redirect(`/ops/questions/${encodeURIComponent(c.req.param('question') ?? '')}?done=${told}`, 303)
      : showQuestion(c, asked.refused)
  })
