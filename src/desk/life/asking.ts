import type { ProblemCode } from '../../http/problem.ts'
import type { PageContext } from '../../pages/frame/context.ts'
import type { Form } from '../../pages/frame/forms.ts'
import { type Answer, asProblem, type Call, callInside, type ProblemBody } from '../../pages/frame/inside.ts'

/** How a form of the desk asks the API for something, and what is left of it when that is refused. */

/** A form that was refused: which one, what was typed, why, and what is wrong with which of its fields. */
export interface Refused {
  readonly form: string
  readonly typed: Form
  readonly problem: ProblemBody
  /** By field: what the API says of it, or the code of the problem that is about it. */
  readonly errors: Readonly<Record<string, string>>
}

/** What a form asks for. */
export interface Ask {
  /** Which form of its page it is. */
  readonly form: string
  readonly typed: Form
  readonly path: string
  readonly method?: Call['method']
  readonly json?: unknown
  /** True where nothing is done unless the box `confirm` is ticked. */
  readonly confirmed?: boolean
  /** Problems that are about one field. */
  readonly about?: Partial<Record<ProblemCode, string>>
  /** Fields that are called otherwise in the API. */
  readonly renamed?: Readonly<Record<string, string>>
}

export type Asked<T> =
  | { readonly done: true; readonly data: T; readonly status: number }
  | { readonly done: false; readonly refused: Refused }

/**
 * Asks the API for what a form asks. Throws what is no matter of the form: someone who may not ask, and a thing that is not
 * there, unless that is about a field.
 */
export async function ask<T>(c: PageContext, asking: Ask): Promise<Asked<T>> {
  const { form, typed, path, method = 'POST', json } = asking
  if (asking.confirmed && !typed.ticked('confirm'))
    return { done: false, refused: refuseField(form, typed, 'confirm', 'confirm') }
  const answer = await callInside<T>(c, path, { method, ...(json === undefined ? {} : { json }) })
  if (answer.ok) return { done: true, data: answer.data, status: answer.status }
  return { done: false, refused: refuse(asking, answer) }
}

function refuse({ form, typed, about = {}, renamed = {} }: Ask, answer: Refusal): Refused {
  const { problem } = answer
  const field = about[problem.code]
  if (field === undefined && [401, 403, 404].includes(answer.status)) throw asProblem(answer)
  const told = (problem.errors ?? []).map(({ path, message }) => {
    const [name = ''] = path.split('.')
    return [renamed[name] ?? name, message] as const
  })
  const errors = Object.fromEntries(field === undefined ? told : [...told, [field, problem.code]])
  return { form, typed, problem, errors }
}

type Refusal = Extract<Answer<unknown>, { ok: false }>

/** A form that is refused before anything is asked, for one of its fields. */
export function refuseField(form: string, typed: Form, field: string, message: string): Refused {
  return { form, typed, problem: { code: 'invalid_request', status: 400 }, errors: { [field]: message } }
}

/** What is typed into a field as the API takes it: left out where nothing is. */
export const given = (typed: Form, ...names: string[]): Record<string, string> =>
  Object.fromEntries(
    names.flatMap((name) => {
      const text = typed.optional(name)
      return text === undefined ? [] : [[name, text]]
    }),
  )
