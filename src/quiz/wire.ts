import { rfc3339 } from '../http/wire.ts'
import { z } from '../http/zod.ts'
import type { Draw } from './drawing.ts'
import type { Question } from './questions.ts'
import type { QuizAnswer } from './store.ts'

/** How answers write a question. What is right is told of nothing but what was answered rightly. */

const answerSchema = z.object({
  choice: z.string().describe('The one that was chosen.'),
  correct: z.boolean(),
  at: z.iso.datetime(),
  outcome: z
    .enum(['none', 'pending', 'credited', 'capped', 'refused'])
    .describe(
      '`none`: a wrong answer earns nothing. `pending`: the answer is kept, and its flower comes by itself. `capped`: an allowance left less, or nothing. `refused`: no rule lets it earn.',
    ),
  flowers: z.int().describe('What it earned.'),
  reason: z.string().optional().describe('With `capped` and `refused`, as lines are told it.'),
  explanation: z.string().optional().describe('Of a right answer.'),
  explanationEn: z.string().optional(),
})

export const quizQuestionSchema = z
  .object({
    id: z.string(),
    text: z.string(),
    textEn: z.string(),
    choices: z
      .array(z.object({ id: z.string(), text: z.string(), textEn: z.string() }))
      .describe('Their ids and their order are of this person and day.'),
    answer: answerSchema.nullable(),
  })
  .openapi('QuizQuestion')

export const quizSchema = z
  .object({
    day: z.iso.date().describe('In Asia/Shanghai.'),
    endsAt: z.iso.datetime().describe('When the next day’s questions come.'),
    state: z.enum(['active', 'paused']).describe('While the line is paused, nothing is answered.'),
    questions: z.array(quizQuestionSchema),
  })
  .openapi('Quiz')

export type QuizWire = z.infer<typeof quizSchema>
export type QuizQuestionWire = z.infer<typeof quizQuestionSchema>

/** A question of a day as it is offered to the person that `draw` is for, and told once it was answered. */
export async function toWire(
  draw: Draw,
  day: string,
  question: Question,
  answer: QuizAnswer | undefined,
): Promise<QuizQuestionWire> {
  const { id, choices, text, because } = question
  const offered = await draw.choices(day, question)
  return {
    ...{ id, text: text[0], textEn: text[1] },
    choices: offered.map((choice) => {
      const [zh, en] = choices[choice.index] as readonly [string, string]
      return { id: choice.id, text: zh, textEn: en }
    }),
    answer: answer
      ? {
          choice: offered.find(({ index }) => index === answer.choice)?.id ?? '',
          ...{ correct: answer.correct, at: rfc3339(answer.at) },
          outcome: answer.correct ? (answer.outcome ?? 'pending') : 'none',
          flowers: answer.flowers,
          ...(answer.reason ? { reason: answer.reason } : {}),
          ...(answer.correct ? { explanation: because[0], explanationEn: because[1] } : {}),
        }
      : null,
  }
}
