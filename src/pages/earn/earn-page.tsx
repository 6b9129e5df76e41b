import type { EarningWire, MyEarningWire } from '../../lines/earning-routes.ts'
import type { QuizWire } from '../../quiz/wire.ts'
import type { Words } from '../../words/language.ts'
import type { PageContext } from '../frame/context.ts'
import { asProblem, callInside, findInside, readInside } from '../frame/inside.ts'
import { sendPage } from '../frame/layout.tsx'
import { Pages, requireSession } from '../frame/pages.tsx'
import { Flowers, Section } from '../frame/parts.tsx'
import { LineCard } from './line-card.tsx'
import { isTrouble, QuizPart, type QuizTrouble } from './quiz-part.tsx'

const words = {
  zh: {
    title: '得花',
    description: '今天做什么能得小红花，还能得多少；还有每天五道公益知识题。',
    lead: '做点好事，就有小红花。今天能从哪里得、还能得多少，都在这里。',
    have: '你现在有',
    give: '去送花',
    join: '登录后就能答题、得花、送花。',
    quiz: '每日益答：每天五道公益知识题，答对一题得一朵。',
    signIn: '登录，开始得花',
    lines: '哪里能得花',
    measure:
      '除了答题，好事都在各家自己的应用或产品里做、由那里计数（比如步数），记到你名下后这里就能看到。日期按各家所在地算。',
    none: '现在还没有能得花的地方，过些时候再来看看。',
  },
  en: {
    title: 'Earn',
    description: 'What earns little red flowers today, how many are left, and five questions a day.',
    lead: 'Good acts earn little red flowers. Here is what earns today, and how much of it is left.',
    have: 'You have',
    give: 'Give them',
    join: 'Sign in to answer, to earn and to give.',
    quiz: 'The daily quiz: five questions on public interest, a flower for each right answer.',
    signIn: 'Sign in and earn',
    lines: 'Where flowers come from',
    measure:
      'But for the quiz, acts are done and counted in each one’s own app or product (steps, for one) and show here once it reports them. Days are those of where it is.',
    none: 'Nothing earns flowers at the moment. Come back a little later.',
  },
} satisfies Words<Record<string, string>>

/** The line of the quiz, by which those who are not signed in hear of it. */
const QUIZ = 'quiz'

export const earnPages = new Pages()

earnPages.view('/earn', (c) => {
  const trouble = c.req.query('problem')
  return showEarn(c, { answered: c.req.query('answered'), trouble: isTrouble(trouble) ? trouble : undefined })
})

earnPages.action('/earn/answers', async (c, form) => {
  requireSession(c)
  const [question, choice] = [form.text('question'), form.text('choice')]
  if (choice === '') return showEarn(c, { trouble: 'unchosen' })
  const answer = await callInside(c, '/v1/quiz/answers', { method: 'POST', json: { question, choice } })
  const back = (trouble?: QuizTrouble) => {
    const query = new URLSearchParams({ ...(trouble ? { problem: trouble } : {}), answered: question })
    return c.redirect(`/earn?${query}#outcome`, 303)
  }
  if (answer.ok) return back()
  switch (answer.problem.code) {
    case 'state_conflict':
      return back('first')
    // Of a page that was opened yesterday, or made by hand.
    case 'question_not_found':
    case 'invalid_request':
      return back('over')
    case 'line_paused':
    case 'line_not_found':
      return back('paused')
    default:
      throw asProblem(answer)
  }
})

async function showEarn(
  c: PageContext,
  { answered, trouble }: { answered?: string | undefined; trouble?: QuizTrouble | undefined },
): Promise<Response> {
  const lang = c.get('lang')
  const t = words[lang]
  const signedIn = c.get('session') !== null
  const quiz = signedIn ? await findInside<QuizWire>(c, '/v1/quiz/today') : null
  // After the quiz, which may have brought a flower that was on its way.
  const [account, earning] = signedIn
    ? await Promise.all([
        readInside<{ balance: number }>(c, '/v1/me'),
        readInside<MyEarningWire>(c, '/v1/me/earning'),
      ])
    : [null, await readInside<EarningWire>(c, '/v1/earning')]
  const hasQuiz = earning.items.some(({ line, state }) => line === QUIZ && state === 'active')
  return sendPage(
    c,
    { title: t.title, description: t.description, status: trouble === 'unchosen' ? 400 : 200 },
    <>
      <h1>{t.title}</h1>
      <p class="lead">{t.lead}</p>
      {account ? (
        <p class="row earn-have">
          <span>
            {t.have} <Flowers lang={lang} count={account.balance} />
          </span>
          {account.balance > 0 && (
            <a class="button plain" href="/">
              {t.give}
            </a>
          )}
        </p>
      ) : (
        <div class="card">
          <p>{hasQuiz ? t.quiz : t.join}</p>
          <p class="actions">
            <a class="button" href="/sign-in?to=/earn">
              {t.signIn}
            </a>
          </p>
        </div>
      )}
      {quiz && (
        <QuizPart
          lang={lang}
          quiz={quiz}
          answered={answered}
          trouble={trouble}
          balance={account?.balance ?? 0}
        />
      )}
      <Section id="lines" title={t.lines}>
        {earning.items.length === 0 ? (
          <p>{t.none}</p>
        ) : (
          <>
            <p class="hint">{t.measure}</p>
            <ul class="cards">
              {earning.items.map((line) => (
                <li>
                  <LineCard lang={lang} line={line} />
                </li>
              ))}
            </ul>
          </>
        )}
      </Section>
    </>,
  )
}
