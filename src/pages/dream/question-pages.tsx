import type { DreamDetail } from '../../dreams/wire.ts'
import type { QuestionSummary } from '../../supervision/questions-routes.ts'
import type { QuestionWire } from '../../supervision/questions-wire.ts'
import { MAX_REASON_LENGTH } from '../../supervision/rules.ts'
import type { Words } from '../../words/language.ts'
import type { PageContext } from '../frame/context.ts'
import { callInside, type Listed, readInside } from '../frame/inside.ts'
import { Pages, requireSession } from '../frame/pages.tsx'
import { listQuery, nextOf } from '../frame/paging.ts'
import { Field, More, Notice, tiedTo } from '../frame/parts.tsx'
import { type Asked, AskForm } from './ask-form.tsx'
import { dataOf, loadPart, paramOf, readDream } from './load.ts'
import { isRaisable, Question } from './question.tsx'
import { AnsweringTime, AskedNotice, Asking } from './questions.tsx'
import { type Refused, refusalOf } from './refusals.tsx'
import { ListOrNone, sendUnder } from './under.tsx'

const words = {
  zh: {
    title: '提问与质疑',
    ask: '提问或质疑',
    more: '更早的',
    one: { question: '一条提问', concern: '一条质疑' },
    raise: '提交给运营方',
    reason: '为什么要运营方来看',
    hint: `最多 ${MAX_REASON_LENGTH} 个字，只有运营方看得到；提交这件事本身是公开的。`,
    wrong: `请写 1 到 ${MAX_REASON_LENGTH} 个字。`,
    signIn: '登录后提交给运营方',
  },
  en: {
    title: 'Questions and concerns',
    ask: 'Ask or put a concern',
    more: 'Earlier ones',
    one: { question: 'A question', concern: 'A concern' },
    raise: 'Raise it to the operators',
    reason: 'Why the operators should look at it',
    hint: `At most ${MAX_REASON_LENGTH} characters; only operators read it. That it was raised is public.`,
    wrong: `Write 1 to ${MAX_REASON_LENGTH} characters.`,
    signIn: 'Sign in to raise it to the operators',
  },
} satisfies Words<object>

/** The questions on a dream, and each by itself. */
export const questionPages = new Pages()

const QUESTIONS_A_PAGE = 20

questionPages.view('/dreams/:dream/questions', async (c) => {
  const lang = c.get('lang')
  const t = words[lang]
  const path = `/dreams/${paramOf(c, 'dream')}/questions`
  const [dream, { items, nextCursor }, summary] = await Promise.all([
    readDream(c),
    readInside<Listed<QuestionWire>>(c, `/v1${path}${listQuery(c, { pageSize: QUESTIONS_A_PAGE })}`),
    loadPart<QuestionSummary>(c, `/v1${path}/summary`),
  ])
  const counts = dataOf(summary)
  return sendUnder(
    c,
    dream,
    { title: t.title },
    <>
      <AskedNotice c={c} />
      {counts && <AnsweringTime lang={lang} summary={counts} />}
      <Asking c={c} dream={dream.id} open={items.length === 0} />
      <ListOrNone c={c} none={items.length === 0}>
        {items.map((question) => (
          <li>
            <Question lang={lang} question={question} />
          </li>
        ))}
      </ListOrNone>
      <More href={nextOf(path, nextCursor)}>{t.more}</More>
    </>,
  )
})

questionPages.action('/dreams/:dream/questions', async (c, form) => {
  requireSession(c)
  const path = `/dreams/${paramOf(c, 'dream')}`
  const json = { kind: form.text('kind'), text: form.text('text') }
  const answer = await callInside(c, `/v1${path}/questions`, { method: 'POST', json })
  if (answer.ok) return c.redirect(`${path}?done=asked#questions`, 303)
  const refused = refusalOf(c.get('lang'), answer)
  return sendAsking(c, await readDream(c), { ...json, wrong: refused.wrong }, refused)
})

/** The form again, with what was typed and what is wrong with it. */
function sendAsking(c: PageContext, dream: DreamDetail, asked: Asked, refused: Refused): Promise<Response> {
  const lang = c.get('lang')
  return sendUnder(
    c,
    dream,
    { title: words[lang].ask, status: refused.status },
    <>
      {refused.notice && <Notice tone="bad">{refused.notice}</Notice>}
      <AskForm lang={lang} dream={dream.id} asked={asked} />
    </>,
  )
}

questionPages.view('/dreams/:dream/questions/:question', (c) => sendQuestion(c))

questionPages.action('/dreams/:dream/questions/:question/raise', async (c, form) => {
  requireSession(c)
  const reason = form.text('reason')
  const path = `/v1/questions/${paramOf(c, 'question')}/raise`
  const answer = await callInside(c, path, { method: 'POST', json: { reason } })
  if (answer.ok) return c.redirect(`/dreams/${paramOf(c, 'dream')}?done=raised#questions`, 303)
  return sendQuestion(c, { reason, refused: refusalOf(c.get('lang'), answer) })
})

/** A question by itself, with the form that raises it; with what is wrong in that where it was refused. */
async function sendQuestion(
  c: PageContext,
  raised?: { reason: string; refused: Refused },
): Promise<Response> {
  const lang = c.get('lang')
  const t = words[lang]
  const question = await readInside<QuestionWire>(c, `/v1/questions/${paramOf(c, 'question')}`)
  const dream = await readInside<DreamDetail>(c, `/v1/dreams/${encodeURIComponent(question.dream)}`)
  const path = `/dreams/${encodeURIComponent(question.dream)}/questions/${encodeURIComponent(question.id)}`
  const wrong = raised?.refused.wrong.includes('reason') ?? false
  const notice = raised?.refused.notice
  const raising = c.get('session') ? (
    <form method="post" action={`${path}/raise`}>
      <Field id="raise-reason" label={t.reason} hint={t.hint} error={wrong ? t.wrong : undefined}>
        <textarea
          id="raise-reason"
          name="reason"
          required
          maxlength={MAX_REASON_LENGTH}
          {...tiedTo('raise-reason', t.hint, wrong)}
        >
          {raised?.reason}
        </textarea>
      </Field>
      <button type="submit">{t.raise}</button>
    </form>
  ) : (
    <p>
      <a class="button plain" href={`/sign-in?to=${encodeURIComponent(path)}`}>
        {t.signIn}
      </a>
    </p>
  )
  return sendUnder(
    c,
    dream,
    { title: t.one[question.kind], status: raised?.refused.status ?? 200 },
    <>
      {notice && <Notice tone="bad">{notice}</Notice>}
      <Question lang={lang} question={question} alone />
      {isRaisable(question) && raising}
    </>,
  )
}
