import type { FC } from 'hono/jsx'
import { QUESTIONS_A_DAY } from '../../quiz/rules.ts'
import type { QuizQuestionWire, QuizWire } from '../../quiz/wire.ts'
import type { Lang, Words } from '../../words/language.ts'
import { Moment, Notice, Pill, Section } from '../frame/parts.tsx'

/** The quiz of the day: what became of the last answer, the next question, and what was answered. */

const TROUBLES = ['unchosen', 'first', 'over', 'paused'] as const

/** Why an answer was not taken. */
export type QuizTrouble = (typeof TROUBLES)[number]

export const isTrouble = (code: string | undefined): code is QuizTrouble =>
  TROUBLES.some((each) => each === code)

const words = {
  zh: {
    title: '每日益答',
    lead: '每天五道公益知识题，答对一题得一朵，第一次的回答算数。',
    place: (n: number, of: number) => `第 ${n} 题，共 ${of} 题`,
    oneMore: '再来一题：答对这一题，就有今天的第一朵小红花。',
    send: '就选这个',
    unchosen: '先选一个答案。',
    first: '这题你已经答过了，第一次的回答算数。',
    over: '那是昨天的题，今天的在下面。',
    paused: '每日益答暂停中，答案没有收下。恢复后再来。',
    isPaused: '每日益答暂停中，恢复后再来。已经答对的题，小红花会自动补上。',
    credited: (flowers: number, balance: number) =>
      `答对了！得到 ${flowers} 朵小红花，你现在有 ${balance} 朵。`,
    wrong: '这题没答对，不要紧。',
    wrongMore: '这题没答对，不要紧，下面还有一题。',
    pending: '答对了，答案已经记下。小红花正在路上，刷新这一页就能看到。',
    capped: {
      daily_cap: '答对了！不过今天从益答能得的花已经得满，这题没有再得。',
      campaign_cap: '答对了！不过这次活动里从益答能得的花已经得满，这题没有再得。',
      line_budget: '答对了！不过益答准备的花已经发完，这题没有再得。',
      other: '答对了！不过这题没有再得花：到上限了。',
    },
    refused: '答对了！不过益答眼下没有生效的得花规则，这题没有得花。',
    done: (right: number, of: number, flowers: number) =>
      `今天的 ${of} 题答完了：答对 ${right} 题，得到 ${flowers} 朵小红花。`,
    doneNone: '今天的题都答完了，辛苦了。明天有新的五题；下面还有别的办法得花。',
    next: '新的题目',
    give: '把花送给一个梦想',
    answered: (n: number) => `今天答过的题（${n}）`,
    yours: '你选了',
    right: '答对',
    notRight: '没答对',
  },
  en: {
    title: 'Daily quiz',
    lead: 'Five questions a day on public interest, a flower for each right one. The first answer counts.',
    place: (n: number, of: number) => `Question ${n} of ${of}`,
    oneMore: 'One more: answer this one rightly for your first flower of today.',
    send: 'This one',
    unchosen: 'Choose an answer first.',
    first: 'You answered this one before; the first answer counts.',
    over: 'That was yesterday’s question. Today’s are below.',
    paused: 'The quiz is paused: your answer was not taken. Come back when it goes on.',
    isPaused: 'The quiz is paused. Flowers of right answers will come by themselves when it goes on.',
    credited: (flowers: number, balance: number) =>
      `Right! You earned ${flowers === 1 ? 'a flower' : `${flowers} flowers`} and have ${balance} now.`,
    wrong: 'Not this time; never mind.',
    wrongMore: 'Not this time; never mind. There is another question below.',
    pending: 'Right, and your answer is kept. The flower is on its way: reload this page to see it.',
    capped: {
      daily_cap: 'Right! But you have earned all that the quiz gives a day, so this one earned nothing more.',
      campaign_cap: 'Right! But you have earned all that the quiz gives in this campaign.',
      line_budget: 'Right! But the quiz has given away all the flowers it had.',
      other: 'Right! But this one earned nothing more: the limit is reached.',
    },
    refused: 'Right! But no rule lets the quiz earn at the moment, so this one earned nothing.',
    done: (right: number, of: number, flowers: number) =>
      `That was today: ${right} of ${of} right, ${flowers} ${flowers === 1 ? 'flower' : 'flowers'} earned.`,
    doneNone:
      'Those were today’s questions: well tried. Five new ones come tomorrow, and below are other ways to earn.',
    next: 'New questions',
    give: 'Give a flower to a dream',
    answered: (n: number) => `Answered today (${n})`,
    yours: 'You chose',
    right: 'Right',
    notRight: 'Not right',
  },
} satisfies Words<Record<string, unknown>>

interface QuizPartProps {
  readonly lang: Lang
  readonly quiz: QuizWire
  /** The question that was just answered. */
  readonly answered: string | undefined
  readonly trouble: QuizTrouble | undefined
  readonly balance: number
}

export const QuizPart: FC<QuizPartProps> = ({ lang, quiz, answered, trouble, balance }) => {
  const t = words[lang]
  const { questions, state, endsAt } = quiz
  const done = questions.filter(({ answer }) => answer !== null)
  const next = questions.find(({ answer }) => answer === null)
  const refused = trouble === 'unchosen' ? undefined : trouble
  const last = done.find(({ id }) => id === answered)
  const flowers = done.reduce((sum, { answer }) => sum + (answer?.flowers ?? 0), 0)
  const right = done.filter(({ answer }) => answer?.correct).length
  return (
    <Section id="quiz" title={t.title}>
      <p>{t.lead}</p>
      {/* Where an answer leads, so that a keyboard goes on from there and a screen reader reads it. */}
      {(last || refused) && (
        <div id="outcome" tabindex={-1}>
          {refused && <Notice tone="wait">{t[refused]}</Notice>}
          {last && (
            <Outcome
              lang={lang}
              question={last}
              balance={balance}
              more={next !== undefined && state === 'active'}
            />
          )}
        </div>
      )}
      {state === 'paused' && trouble !== 'paused' && <Notice tone="wait">{t.isPaused}</Notice>}
      {next && state === 'active' && (
        <QuestionForm
          lang={lang}
          question={next}
          place={done.length < QUESTIONS_A_DAY ? t.place(done.length + 1, questions.length) : t.oneMore}
          unchosen={trouble === 'unchosen'}
        />
      )}
      {!next && (
        <div class="card">
          <p>
            <strong>{right === 0 ? t.doneNone : t.done(right, questions.length, flowers)}</strong>
          </p>
          <p class="hint">
            {t.next}
            {lang === 'zh' ? '：' : ': '}
            <Moment lang={lang} time={endsAt} />
          </p>
          {balance > 0 && (
            <p class="actions">
              <a class="button" href="/">
                {t.give}
              </a>
            </p>
          )}
        </div>
      )}
      {done.length > 0 && (
        <details>
          <summary>{t.answered(done.length)}</summary>
          <ol class="plain-list">
            {done.map((question) => (
              <Answered lang={lang} question={question} />
            ))}
          </ol>
        </details>
      )}
    </Section>
  )
}

const textOf = (lang: Lang, { text, textEn }: { text: string; textEn: string }) =>
  lang === 'zh' ? text : textEn

const explanationOf = (lang: Lang, { answer }: QuizQuestionWire) =>
  lang === 'zh' ? answer?.explanation : answer?.explanationEn

const QuestionForm: FC<{ lang: Lang; question: QuizQuestionWire; place: string; unchosen: boolean }> = ({
  lang,
  question,
  place,
  unchosen,
}) => {
  const t = words[lang]
  return (
    <form method="post" action="/earn/answers" class="card quiz">
      <p class="hint">{place}</p>
      <input type="hidden" name="question" value={question.id} />
      <fieldset aria-describedby={unchosen ? 'choice-error' : undefined}>
        <legend>{textOf(lang, question)}</legend>
        {unchosen && (
          <p class="error" id="choice-error">
            {t.unchosen}
          </p>
        )}
        {question.choices.map((choice) => (
          <label class="choice">
            <input type="radio" name="choice" value={choice.id} required />
            {textOf(lang, choice)}
          </label>
        ))}
      </fieldset>
      <button type="submit">{t.send}</button>
    </form>
  )
}

/** What became of an answer, in words; why it is right, where it is. */
const Outcome: FC<{
  lang: Lang
  question: QuizQuestionWire
  balance: number
  /** Whether another question follows. */
  more: boolean
}> = ({ lang, question, balance, more }) => {
  const { answer } = question
  if (!answer) return null
  const tone = answer.outcome === 'credited' ? 'good' : answer.outcome === 'none' ? 'plain' : 'wait'
  return (
    <Notice tone={tone}>
      <p>
        <strong>
          {answer.outcome === 'none' && more ? words[lang].wrongMore : tellOutcome(lang, answer, balance)}
        </strong>
      </p>
      {answer.correct && <p>{explanationOf(lang, question)}</p>}
    </Notice>
  )
}

function tellOutcome(lang: Lang, answer: NonNullable<QuizQuestionWire['answer']>, balance: number): string {
  const t = words[lang]
  switch (answer.outcome) {
    case 'none':
      return t.wrong
    case 'pending':
      return t.pending
    case 'refused':
      return t.refused
    case 'capped':
      return answer.flowers > 0 ? t.credited(answer.flowers, balance) : tellCap(lang, answer.reason)
    case 'credited':
      return t.credited(answer.flowers, balance)
  }
}

function tellCap(lang: Lang, reason: string | undefined): string {
  const { capped } = words[lang]
  return reason === 'daily_cap' || reason === 'campaign_cap' || reason === 'line_budget'
    ? capped[reason]
    : capped.other
}

const Answered: FC<{ lang: Lang; question: QuizQuestionWire }> = ({ lang, question }) => {
  const t = words[lang]
  const { answer, choices } = question
  const chosen = choices.find(({ id }) => id === answer?.choice)
  return (
    <li>
      <p class="row">
        <span>{textOf(lang, question)}</span>
        <Pill tone={answer?.correct ? 'good' : 'plain'}>{answer?.correct ? t.right : t.notRight}</Pill>
      </p>
      {chosen && (
        <p class="small">
          {t.yours}
          {lang === 'zh' ? '：' : ': '}
          {textOf(lang, chosen)}
        </p>
      )}
      {answer?.correct && <p class="small">{explanationOf(lang, question)}</p>}
    </li>
  )
}
