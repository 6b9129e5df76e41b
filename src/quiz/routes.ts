import { Api, type AppContext, bearer, bodyProblems, json, personProblems, problems } from '../http/api.ts'
import { readDatabase } from '../http/backends.ts'
import { parseJson, readText } from '../http/body.ts'
import { Problem } from '../http/problem.ts'
import { NO_STORE, rfc3339 } from '../http/wire.ts'
import { z } from '../http/zod.ts'
import { signInPerson } from '../users/sign-in.ts'
import { Draw } from './drawing.ts'
import { requireQuizLine } from './line.ts'
import { findQuestion, type Question } from './questions.ts'
import { endOfDay, MAX_QUESTIONS_A_DAY, QUESTIONS_A_DAY, questionsOfDay, quizDay } from './rules.ts'
import { SETTLE_MS, settle } from './settling.ts'
import { keepAnswer, listAnswers, type QuizAnswer } from './store.ts'
import { quizQuestionSchema, quizSchema, toWire } from './wire.ts'

/** Two ids. */
const MAX_ANSWER_BYTES = 1_024

const answerBody = z
  .strictObject({
    question: z.string().max(64),
    choice: z.string().max(64).describe('Its id.'),
  })
  .openapi('QuizAnswer')

/** The questions of someone's day, and what of them is answered: `answers` may hold earlier days too. */
async function readDay(
  draw: Draw,
  day: string,
  answers: readonly QuizAnswer[],
): Promise<{ questions: readonly Question[]; answerTo(question: Question): QuizAnswer | undefined }> {
  const today = answers.filter((answer) => answer.day === day)
  const right = today.filter(({ correct }) => correct).length
  const answered = today.flatMap(({ question }) => findQuestion(question) ?? [])
  return {
    questions: questionsOfDay(answered, await draw.questions(day), right),
    answerTo: ({ id }) => today.find(({ question }) => question === id),
  }
}

/** Who plays, and the line they play for. Throws as `signInPerson`, and line_not_found (404) without a quiz. */
async function join(c: AppContext) {
  const { user } = await signInPerson(c)
  const now = Date.now()
  const line = await requireQuizLine(c.env, now)
  return { user, now, line, day: quizDay(now), draw: await Draw.for(line.secretsKey, user) }
}

export const quizRoutes = new Api()

quizRoutes.describe(
  {
    method: 'get',
    path: '/v1/quiz/today',
    summary: 'The questions of today for the caller',
    description: `${QUESTIONS_A_DAY} a day, the same all day; who answered none of them rightly is asked one more after the other until the first right answer, up to ${MAX_QUESTIONS_A_DAY} in all. A right answer whose flower did not come yet is reported again. 404 where there is no quiz.`,
    security: bearer,
    responses: {
      200: json(quizSchema, 'The questions, and what was answered'),
      ...problems(...personProblems, 'line_not_found'),
    },
  },
  async (c) => {
    const { user, now, line, day, draw } = await join(c)
    const kept = await readDatabase(() => listAnswers(c.env.DB, user, quizDay(now - SETTLE_MS)))
    const answers = line.state === 'active' ? await settle(c.env, line, kept, now) : kept
    const { questions, answerTo } = await readDay(draw, day, answers)
    const told = await Promise.all(questions.map((each) => toWire(draw, day, each, answerTo(each))))
    return c.json({ day, endsAt: rfc3339(endOfDay(day)), state: line.state, questions: told }, 200, NO_STORE)
  },
)

quizRoutes.describe(
  {
    method: 'post',
    path: '/v1/quiz/answers',
    summary: 'Answer a question of today',
    description:
      'The first answer stands; sent again it is answered as it stands, another one is refused with `state_conflict`. A right one is reported to the line of the quiz, which credits it once.',
    security: bearer,
    request: { body: { required: true, content: { 'application/json': { schema: answerBody } } } },
    responses: {
      200: json(quizQuestionSchema, 'It was answered so before'),
      201: json(quizQuestionSchema, 'The question, answered'),
      ...problems(
        ...personProblems,
        ...bodyProblems,
        ...(['line_paused', 'line_not_found', 'question_not_found', 'state_conflict'] as const),
      ),
    },
  },
  async (c) => {
    const { user, now, line, day, draw } = await join(c)
    const asked = parseJson(await readText(c.req.raw, MAX_ANSWER_BYTES), answerBody)
    const before = await readDatabase(() => listAnswers(c.env.DB, user, day))
    const { questions } = await readDay(draw, day, before)
    const question = questions.find(({ id }) => id === asked.question)
    if (!question) throw new Problem('question_not_found', { detail: 'It is none of today’s questions.' })
    const choice = (await draw.choices(day, question)).find(({ id }) => id === asked.choice)?.index
    if (choice === undefined)
      throw new Problem('invalid_request', {
        errors: [{ path: 'choice', message: 'not a choice of this question' }],
      })
    if (line.state === 'paused') throw new Problem('line_paused')
    const given = { user, day, question: question.id, choice, correct: choice === question.right, at: now }
    const standing = await readDatabase(() => keepAnswer(c.env.DB, given))
    if (!standing) throw new Problem('account_deleted')
    if (standing.answer.choice !== choice)
      throw new Problem('state_conflict', { detail: 'It was answered before; the first answer stands.' })
    const [answer] = await settle(c.env, line, [standing.answer], now)
    return c.json(await toWire(draw, day, question, answer), standing.kept ? 201 : 200, NO_STORE)
  },
)
