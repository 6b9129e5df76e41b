import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import type { Env } from '../../src/env.ts'
import { findQuestion, questions } from '../../src/quiz/questions.ts'
import { endOfDay, quizDay } from '../../src/quiz/rules.ts'
import { pruneQuiz, settleWaiting } from '../../src/quiz/settling.ts'
import type { QuizQuestionWire, QuizWire } from '../../src/quiz/wire.ts'
import { expectDocumented } from './documented.ts'
import { balanceOf, callAs, expectConservation } from './line-calls.ts'
import { deleteMe } from './people-calls.ts'
import { run } from './supporter-calls.ts'
import { expectProblem, freshId, plantSeed, send, sendWith, tokenFor, world } from './world.ts'

const DAY_MS = 24 * 60 * 60 * 1_000
const TODAY = 'get /v1/quiz/today'
const ANSWERS = 'post /v1/quiz/answers'

beforeAll(plantSeed)
afterEach(() => {
  vi.useRealTimers()
})

async function todayOf(user: string): Promise<QuizWire> {
  const answer = await callAs(user, 'get', '/v1/quiz/today')
  expect(answer.status).toBe(200)
  return answer.json()
}

const answerAs = (user: string, question: string, choice: string): Promise<Response> =>
  callAs(user, 'post', '/v1/quiz/answers', { question, choice })

/** The id of a choice of a question as it was offered. */
function choiceOf({ id, choices }: QuizQuestionWire, right: boolean): string {
  const question = findQuestion(id)
  const text = question?.choices[question.right]?.[0]
  const choice = choices.find((each) => (each.text === text) === right)
  if (!choice) throw new Error(`${id} has no such choice`)
  return choice.id
}

const questionAt = ({ questions: offered }: QuizWire, place: number): QuizQuestionWire => {
  const question = offered[place]
  if (!question) throw new Error(`no question at ${place}`)
  return question
}

async function answerRightly(user: string, question: QuizQuestionWire): Promise<QuizQuestionWire> {
  const answer = await answerAs(user, question.id, choiceOf(question, true))
  expect(answer.status).toBe(201)
  return answer.json()
}

/** Objects of lines that cannot be reached: what is reported may be done or not. */
const silentLines = {
  LINE: {
    getByName: () => ({
      report: () => Promise.reject(new Error('Network connection lost')),
    }),
  },
}

async function answerAmidOutage(user: string, question: QuizQuestionWire): Promise<Response> {
  return sendWith(silentLines, '/v1/quiz/answers', {
    method: 'POST',
    headers: { Authorization: `Bearer ${await tokenFor(user)}`, 'Content-Type': 'application/json' },
    body: JSON.stringify({ question: question.id, choice: choiceOf(question, true) }),
  })
}

describe('the list of questions', () => {
  it('holds enough for a week, each whole in both languages and once', () => {
    expect(questions.length).toBeGreaterThanOrEqual(35)
    expect(new Set(questions.map(({ id }) => id)).size).toBe(questions.length)
    for (const { id, text, choices, right, because } of questions) {
      expect(id).toMatch(/^[a-z0-9-]{1,32}$/)
      expect(choices.length, id).toBeGreaterThanOrEqual(3)
      expect(choices.length, id).toBeLessThanOrEqual(4)
      expect(choices[right], id).toBeDefined()
      for (const lang of [0, 1] as const) {
        expect(new Set(choices.map((choice) => choice[lang])).size, id).toBe(choices.length)
        for (const each of [text, because, ...choices]) expect(each[lang].trim(), id).not.toBe('')
      }
      expect(text[1] + because[1], id).not.toMatch(/\p{Script=Han}/u)
    }
  })
})

describe('the questions of a day', () => {
  it('are five, the same all day, others for another person and on another day, none again before all came', async () => {
    const [user, other] = [freshId('user'), freshId('user')]
    const first = await todayOf(user)
    expect(first.questions).toHaveLength(5)
    expect(first).toMatchObject({ day: quizDay(Date.now()), state: 'active' })
    expect(Date.parse(first.endsAt)).toBe(endOfDay(first.day))
    expect(await todayOf(user)).toEqual(first)
    const idsOf = (quiz: QuizWire) => quiz.questions.map(({ id }) => id)
    expect(idsOf(await todayOf(other))).not.toEqual(idsOf(first))
    // The round that today is in may end tomorrow: two of its length hold a whole one.
    const rounds = Math.floor(questions.length / 5)
    const days: string[][] = []
    const began = Date.now()
    for (let n = 0; n < 2 * rounds; n++) {
      vi.useFakeTimers({ toFake: ['Date'], now: began + n * DAY_MS })
      days.push(idsOf(await todayOf(user)))
    }
    const whole = days.findIndex((_, n) => new Set(days.slice(n, n + rounds).flat()).size === rounds * 5)
    expect(whole).toBeGreaterThanOrEqual(0)
    expect(whole).toBeLessThan(rounds)
  })

  it('go on one by one, up to twelve, for who has no right answer, and no further than the first', async () => {
    const [lucky, unlucky] = [freshId('user'), freshId('user')]
    for (const user of [lucky, unlucky]) {
      const five = (await todayOf(user)).questions.map(({ id }) => id)
      for (let n = 0; n < (user === lucky ? 8 : 12); n++) {
        const quiz = await todayOf(user)
        expect(quiz.questions).toHaveLength(Math.max(5, n + 1))
        expect(quiz.questions.slice(0, 5).map(({ id }) => id)).toEqual(five)
        expect(new Set(quiz.questions.map(({ id }) => id)).size).toBe(quiz.questions.length)
        const question = questionAt(quiz, n)
        expect(question.answer).toBeNull()
        const answer = await answerAs(user, question.id, choiceOf(question, false))
        expect(answer.status).toBe(201)
        if (n >= 5)
          await expectProblem(await answerAs(user, question.id, choiceOf(question, true)), 'state_conflict')
      }
    }
    expect((await todayOf(unlucky)).questions.every(({ answer }) => answer)).toBe(true)
    expect((await todayOf(unlucky)).questions).toHaveLength(12)
    const ninth = await todayOf(lucky)
    expect((await answerRightly(lucky, questionAt(ninth, 8))).answer?.outcome).toBe('credited')
    const { questions: after } = await todayOf(lucky)
    expect(after.map(({ answer }) => answer?.correct)).toEqual([...Array(8).fill(false), true])
    expect(await Promise.all([lucky, unlucky].map(balanceOf))).toEqual([1, 0])
  })

  it('are no more than five for who has a right answer among them', async () => {
    const user = freshId('user')
    for (let n = 0; n < 5; n++) {
      const question = questionAt(await todayOf(user), n)
      await answerAs(user, question.id, choiceOf(question, n === 2))
    }
    const { questions: asked } = await todayOf(user)
    expect(asked).toHaveLength(5)
    const other = questions.find(({ id }) => !asked.some((each) => each.id === id))
    await expectProblem(await answerAs(user, other?.id ?? '', 'x'), 'question_not_found')
  })

  it('begin at midnight in Asia/Shanghai', () => {
    expect(quizDay(Date.parse('2026-09-09T15:59:59.999Z'))).toBe('2026-09-09')
    expect(quizDay(Date.parse('2026-09-09T16:00:00Z'))).toBe('2026-09-10')
    expect(endOfDay('2026-09-09')).toBe(Date.parse('2026-09-09T16:00:00Z'))
  })

  it('offer their choices in an order and under names that say nothing of which is right', async () => {
    const places = new Map<number, number>()
    const ids = new Set<string>()
    for (let n = 0; n < 40; n++)
      for (const question of (await todayOf(freshId('user'))).questions) {
        const right = choiceOf(question, true)
        const place = question.choices.findIndex(({ id }) => id === right)
        places.set(place, (places.get(place) ?? 0) + 1)
        ids.add(right)
        expect(Object.keys(question).sort()).toEqual(['answer', 'choices', 'id', 'text', 'textEn'])
        for (const choice of question.choices) expect(Object.keys(choice)).toEqual(['id', 'text', 'textEn'])
        expect(question.answer).toBeNull()
      }
    // 200 questions of three or four choices: a third or a quarter each, give or take.
    for (const place of [0, 1, 2]) expect(places.get(place)).toBeGreaterThan(30)
    expect(ids.size).toBe(200)
  })
})

describe('an answer', () => {
  it('that is right is told why, earns a flower by the line of the quiz, and once', async () => {
    const user = freshId('user')
    const question = questionAt(await todayOf(user), 0)
    const told = await answerRightly(user, question)
    const { because } = findQuestion(question.id) ?? {}
    expect(told.answer).toMatchObject({ correct: true, outcome: 'credited', flowers: 1 })
    expect([told.answer?.explanation, told.answer?.explanationEn]).toEqual(because)
    expect(await balanceOf(user)).toBe(1)
    const again = await answerAs(user, question.id, choiceOf(question, true))
    expect(again.status).toBe(200)
    expect(await again.json()).toEqual(told)
    expect(questionAt(await todayOf(user), 0)).toEqual(told)
    expect(await balanceOf(user)).toBe(1)
    await expectConservation()
  })

  it('that is wrong earns nothing and tells nothing of what is right, and stands', async () => {
    const user = freshId('user')
    const question = questionAt(await todayOf(user), 1)
    const answer = await answerAs(user, question.id, choiceOf(question, false))
    expect(answer.status).toBe(201)
    const told = await answer.json<QuizQuestionWire>()
    expect(Object.keys(told.answer ?? {}).sort()).toEqual(['at', 'choice', 'correct', 'flowers', 'outcome'])
    expect(told.answer).toMatchObject({ correct: false, outcome: 'none', flowers: 0 })
    const [, because] = findQuestion(question.id)?.because ?? []
    expect(JSON.stringify([told, await todayOf(user)])).not.toContain(because)
    await expectProblem(await answerAs(user, question.id, choiceOf(question, true)), 'state_conflict')
    expect(await balanceOf(user)).toBe(0)
  })

  it('stands as the first of many at once, whatever they chose, and is credited once at the most', async () => {
    const user = freshId('user')
    const question = questionAt(await todayOf(user), 0)
    const choices = Array.from({ length: 12 }, (_, n) => choiceOf(question, n % 2 === 0))
    const answers = await Promise.all(choices.map((choice) => answerAs(user, question.id, choice)))
    const statuses = answers.map(({ status }) => status)
    expect(statuses.filter((status) => status === 201)).toHaveLength(1)
    expect(statuses.filter((status) => status === 409)).toHaveLength(6)
    const first = choices[statuses.indexOf(201)]
    const stands = questionAt(await todayOf(user), 0)
    expect(stands.answer?.choice).toBe(first)
    expect(await balanceOf(user)).toBe(first === choiceOf(question, true) ? 1 : 0)
    expect(await run('SELECT * FROM quiz_answers WHERE user = ?', user)).toHaveLength(1)
  })

  it('beyond what the line allows a day is told to be capped, by what', async () => {
    const user = freshId('user')
    await world.DB.prepare(`INSERT INTO tallies (user, subject, day, flowers) VALUES (?, 'quiz/quiz', ?, 4)`)
      .bind(user, quizDay(Date.now()))
      .run()
    const quiz = await todayOf(user)
    expect((await answerRightly(user, questionAt(quiz, 0))).answer?.outcome).toBe('credited')
    const capped = await answerRightly(user, questionAt(quiz, 1))
    expect(capped.answer).toMatchObject({ correct: true, outcome: 'capped', flowers: 0, reason: 'daily_cap' })
    expect(questionAt(await todayOf(user), 1)).toEqual(capped)
    expect(await balanceOf(user)).toBe(1)
    await run('DELETE FROM tallies WHERE user = ?', user)
  })

  it('is kept while the line does not answer, and its flower comes with the next look', async () => {
    const user = freshId('user')
    const question = questionAt(await todayOf(user), 0)
    const answer = await answerAmidOutage(user, question)
    expect(answer.status).toBe(201)
    const told = (await expectDocumented(ANSWERS, answer)) as unknown as QuizQuestionWire
    expect(told.answer).toMatchObject({ correct: true, outcome: 'pending', flowers: 0 })
    expect(await balanceOf(user)).toBe(0)
    expect(questionAt(await todayOf(user), 0).answer).toMatchObject({ outcome: 'credited', flowers: 1 })
    expect(await balanceOf(user)).toBe(1)
  })

  it('whose flower was credited while the word of it got lost gets no second one', async () => {
    const user = freshId('user')
    const question = questionAt(await todayOf(user), 0)
    await answerRightly(user, question)
    await run('UPDATE quiz_answers SET outcome = NULL, flowers = 0 WHERE user = ?', user)
    expect(questionAt(await todayOf(user), 0).answer).toMatchObject({ outcome: 'credited', flowers: 1 })
    expect(await balanceOf(user)).toBe(1)
  })

  it('of a person who does not come back gets its flower by the clock', async () => {
    const user = freshId('user')
    await answerAmidOutage(user, questionAt(await todayOf(user), 0))
    await settleWaiting(world as Env, Date.now())
    expect(await balanceOf(user)).toBe(0)
    await settleWaiting(world as Env, Date.now() + 61_000)
    expect(await balanceOf(user)).toBe(1)
    expect(await settleWaiting(world as Env, Date.now() + 61_000)).toEqual({ waiting: 0 })
  })

  it('counts for the day it was given on, though its flower comes days later', async () => {
    const user = freshId('user')
    const began = Date.now()
    vi.useFakeTimers({ toFake: ['Date'], now: began - 3 * DAY_MS })
    const day = quizDay(Date.now())
    await answerAmidOutage(user, questionAt(await todayOf(user), 0))
    vi.useRealTimers()
    const quiz = await todayOf(user)
    expect(quiz.questions.every(({ answer }) => answer === null)).toBe(true)
    expect(await run('SELECT day FROM tallies WHERE user = ?', user)).toEqual([{ day }])
    expect(await balanceOf(user)).toBe(1)
  })

  it('is one of today’s questions and choices, or refused', async () => {
    const user = freshId('user')
    const quiz = await todayOf(user)
    const question = questionAt(quiz, 0)
    const strange = questions.find(({ id }) => !quiz.questions.some((each) => each.id === id))
    await expectProblem(await answerAs(user, strange?.id ?? '', 'x'), 'question_not_found')
    await expectProblem(await answerAs(user, 'nonsense', 'x'), 'question_not_found')
    const other = questionAt(await todayOf(freshId('user')), 0)
    for (const choice of ['', '0', choiceOf(other, true)])
      await expectProblem(await answerAs(user, question.id, choice), 'invalid_request')
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + DAY_MS })
    await expectProblem(await answerAs(user, question.id, choiceOf(question, true)), 'question_not_found')
    vi.useRealTimers()
    expect(await run('SELECT * FROM quiz_answers WHERE user = ?', user)).toEqual([])
  })

  it('needs someone who is signed in and whose account is there', async () => {
    await expectProblem(await send('/v1/quiz/today'), 'token_missing')
    const user = freshId('user')
    const question = questionAt(await todayOf(user), 0)
    await deleteMe(user)
    await expectProblem(await answerAs(user, question.id, choiceOf(question, true)), 'account_deleted')
  })

  it('is read out to its person, and deleted with the account', async () => {
    const user = freshId('user')
    const question = questionAt(await todayOf(user), 0)
    await answerRightly(user, question)
    const told = await (await callAs(user, 'get', '/v1/me/export')).json<{ quizAnswers: unknown[] }>()
    expect(told.quizAnswers).toEqual([
      expect.objectContaining({ question: question.id, correct: true, outcome: 'credited', flowers: 1 }),
    ])
    await deleteMe(user)
    expect(await run('SELECT * FROM quiz_answers WHERE user = ?', user)).toEqual([])
  })

  it('is forgotten after 90 days', async () => {
    const user = freshId('user')
    await answerRightly(user, questionAt(await todayOf(user), 0))
    await pruneQuiz(world, Date.now() + 89 * DAY_MS)
    expect(await run('SELECT * FROM quiz_answers WHERE user = ?', user)).toHaveLength(1)
    expect((await pruneQuiz(world, Date.now() + 91 * DAY_MS)).answers).toBeGreaterThan(0)
    expect(await run('SELECT * FROM quiz_answers WHERE user = ?', user)).toEqual([])
  })
})

describe('the line of the quiz', () => {
  const setState = (state: string) => run(`UPDATE lines SET state = ? WHERE id = 'quiz'`, state)
  afterEach(() => setState('active'))

  it('takes no answers while it is paused, and says so', async () => {
    const user = freshId('user')
    const question = questionAt(await todayOf(user), 0)
    await setState('paused')
    expect((await todayOf(user)).state).toBe('paused')
    await expectProblem(await answerAs(user, question.id, choiceOf(question, true)), 'line_paused')
    await setState('active')
    await answerRightly(user, question)
  })

  it('is no quiz where it is closed, or where nothing can sign for it', async () => {
    const user = freshId('user')
    const question = questionAt(await todayOf(user), 0)
    const headers = { Authorization: `Bearer ${await tokenFor(user)}` }
    await expectProblem(
      await sendWith({ SECRETS_KEY: undefined }, '/v1/quiz/today', { headers }),
      'line_not_found',
    )
    await setState('closed')
    const closed = await callAs(user, 'get', '/v1/quiz/today')
    await expectDocumented(TODAY, closed.clone())
    await expectProblem(closed, 'line_not_found')
    await expectProblem(await answerAs(user, question.id, choiceOf(question, true)), 'line_not_found')
    await setState('active')
    const [{ sealed } = { sealed: '' }] = await run<{ sealed: string }>(
      `SELECT sealed FROM line_secrets WHERE line = 'quiz'`,
    )
    await run(`UPDATE line_secrets SET sealed = 'x' WHERE line = 'quiz'`)
    await expectProblem(await callAs(user, 'get', '/v1/quiz/today'), 'line_not_found')
    await run(`UPDATE line_secrets SET sealed = ? WHERE line = 'quiz'`, sealed)
  })
})
