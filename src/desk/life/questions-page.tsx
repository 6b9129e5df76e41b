import type { PageContext } from '../../pages/frame/context.ts'
import { type Listed, readInside } from '../../pages/frame/inside.ts'
import { Pages } from '../../pages/frame/pages.tsx'
import { listQuery, nextOf } from '../../pages/frame/paging.ts'
import { Moment, More, Pill, Said } from '../../pages/frame/parts.tsx'
import type { OperatorQuestionWire, QuestionWire } from '../../supervision/questions-wire.ts'
import { requireOperator, sendDeskPage } from '../frame.tsx'
import { StatePill } from './states.tsx'

/** Concerns that wait for an operator, or all that was asked of one dream. */

const words = {
  zh: {
    title: '问题与质疑',
    lead: '有人请运营者处理的质疑，最早的在前。',
    ofDream: '这个梦想的全部问题与质疑，最新的在前。',
    all: '只看等待处理的',
    none: '没有等待处理的质疑。',
    noneOfDream: '这个梦想还没有人提问。',
    question: '问题',
    concern: '质疑',
    hidden: '已隐藏',
    withheld: '（文字已隐藏）',
    raised: (n: number) => `${n} 人要求处理`,
    asked: '提出于',
    dream: '看梦想',
    open: '看全文并处理',
    more: '更多',
  },
  en: {
    title: 'Questions and concerns',
    lead: 'Concerns that people raised to the operator, oldest first.',
    ofDream: 'All that was asked of this dream, newest first.',
    all: 'Only what waits',
    none: 'Nothing waits.',
    noneOfDream: 'Nobody asked anything of this dream yet.',
    question: 'Question',
    concern: 'Concern',
    hidden: 'Hidden',
    withheld: '(its text is hidden)',
    raised: (n: number) => (n === 1 ? 'raised by 1' : `raised by ${n}`),
    asked: 'Asked',
    dream: 'The dream',
    open: 'Read and settle it',
    more: 'More',
  },
}

/** As much of a question as stands in a list. */
const MAX_SHOWN_LENGTH = 200

const shorten = (text: string): string =>
  text.length > MAX_SHOWN_LENGTH ? `${[...text].slice(0, MAX_SHOWN_LENGTH).join('')}…` : text

async function showQuestions(c: PageContext): Promise<Response> {
  const lang = c.get('lang')
  const t = words[lang]
  const dream = c.req.query('dream') ?? ''
  const path = dream === '' ? '/v1/questions/raised' : `/v1/dreams/${encodeURIComponent(dream)}/questions`
  const page = await readInside<Listed<QuestionWire & Partial<OperatorQuestionWire>>>(c, path + listQuery(c))
  return sendDeskPage(
    c,
    'questions',
    { title: t.title },
    <>
      <h1>{t.title}</h1>
      <p class="lead">{dream === '' ? t.lead : t.ofDream}</p>
      {dream !== '' && (
        <div class="actions gap-below">
          <a class="button plain" href={`/ops/dreams/${encodeURIComponent(dream)}`}>
            {t.dream}
          </a>
          <a class="button plain" href="/ops/questions">
            {t.all}
          </a>
        </div>
      )}
      {page.items.length === 0 && <p>{dream === '' ? t.none : t.noneOfDream}</p>}
      <ul class="plain-list">
        {page.items.map(({ id, kind, state, text, askedAt, hidden, reasons }) => (
          <li>
            <p>
              <Pill>{t[kind]}</Pill> <StatePill lang={lang} state={state === 'open' ? 'waiting' : state} />{' '}
              {hidden && <Pill tone="bad">{t.hidden}</Pill>}
            </p>
            <p>
              <a class="queue-title" href={`/ops/questions/${id}`}>
                <Said>{text === null ? t.withheld : shorten(text)}</Said>
              </a>
            </p>
            <p class="small">
              {t.asked} <Moment lang={lang} time={askedAt} />
              {reasons && reasons.length > 0 && ` · ${t.raised(reasons.length)}`}
            </p>
          </li>
        ))}
      </ul>
      <More href={nextOf('/ops/questions', page.nextCursor, { dream })}>{t.more}</More>
    </>,
  )
}

export const questionsPages = new Pages()

questionsPages.view('/ops/questions', (c) => {
  requireOperator(c)
  return showQuestions(c)
})
