import { peopleQuestions } from './questions-people.ts'
import { publicQuestions } from './questions-public.ts'

/** In Chinese and English. */
type Bilingual = readonly [zh: string, en: string]

/** A question on public-interest knowledge. Its choices are shown in another order to everyone. */
export interface Question {
  /** For good: answers name it. */
  readonly id: string
  readonly text: Bilingual
  readonly choices: readonly Bilingual[]
  /** The place of the right choice. */
  readonly right: number
  /** Why it is right, in a sentence. */
  readonly because: Bilingual
}

/** Every question there is. */
export const questions: readonly Question[] = [...peopleQuestions, ...publicQuestions]

const byId = new Map(questions.map((question) => [question.id, question]))

/** A question by its id; undefined for one that is there no more. */
export const findQuestion = (id: string): Question | undefined => byId.get(id)
