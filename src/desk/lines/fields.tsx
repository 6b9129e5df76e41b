import type { FC, PropsWithChildren } from 'hono/jsx'
import { Problem } from '../../http/problem.ts'
import type { PageContext } from '../../pages/frame/context.ts'
import { type Answer, asProblem, type ProblemBody } from '../../pages/frame/inside.ts'
import type { Lang } from '../../pages/frame/language.ts'
import { Field } from '../../pages/frame/parts.tsx'

/** What the forms of this half of the desk are made of. */

/** A form as it is shown again: what was typed, and which fields were refused. */
export interface Refused {
  readonly status: 400 | 403 | 409 | 422
  readonly code: ProblemBody['code']
  readonly fields: ReadonlySet<string>
}

const TELLABLE = [400, 403, 409, 422] as const

/** A refusal that its form can tell. Throws one that it cannot: nobody signed in, not there, not available. */
export function refusedBy(answer: Extract<Answer<unknown>, { ok: false }>): Refused {
  const { code, errors = [] } = answer.problem
  const status = TELLABLE.find((each) => each === answer.status)
  if (status === undefined || code === 'operator_only') throw asProblem(answer)
  return { status, code, fields: new Set(errors.map(({ path }) => path.split('.')[0] ?? '')) }
}

/** The refusal of something that changed since the form was made. */
export const FASTER: Refused = { status: 409, code: 'state_conflict', fields: new Set() }

/** A part of the path. Throws not_found (404) where there is none. */
export function pathPart(c: PageContext, name: string): string {
  const part = c.req.param(name)
  if (!part) throw new Problem('not_found')
  return part
}

/** An address of the API: each part encoded, then the query without what is empty. */
export function apiPath(parts: readonly string[], query: Readonly<Record<string, string | undefined>> = {}) {
  const search = new URLSearchParams()
  for (const [name, value] of Object.entries(query)) if (value) search.set(name, value)
  return `/v1/${parts.map(encodeURIComponent).join('/')}${search.size > 0 ? `?${search}` : ''}`
}

interface InputProps {
  readonly id: string
  readonly label: string
  readonly name?: string
  readonly value?: string | number | undefined
  readonly hint?: string | undefined
  readonly error?: string | undefined
  readonly type?: 'text' | 'number' | 'url' | 'datetime-local'
  readonly required?: boolean
  readonly max?: number
  readonly min?: number
  readonly maxLength?: number
  readonly pattern?: string
}

/** What says more of a field, for its `aria-describedby`. */
export const describedBy = (id: string, hint: unknown, error: unknown): string | undefined =>
  [hint ? `${id}-hint` : '', error ? `${id}-error` : ''].filter(Boolean).join(' ') || undefined

/** A field of one line with its label, hint and error. */
export const Input: FC<InputProps> = ({ id, label, name = id, hint, error, maxLength, ...rest }) => (
  <Field id={id} label={label} hint={hint} error={error}>
    <input
      id={id}
      name={name}
      maxlength={maxLength}
      autocomplete="off"
      aria-describedby={describedBy(id, hint, error)}
      aria-invalid={error ? 'true' : undefined}
      {...rest}
    />
  </Field>
)

/** A box to tick. */
export const Tick: FC<{ name: string; value?: string; label: string; checked: boolean }> = ({
  name,
  value = 'yes',
  label,
  checked,
}) => (
  <label class="choice">
    <input type="checkbox" name={name} value={value} checked={checked} />
    {label}
  </label>
)

/** Something that is not done by one slip of a thumb: what it does is said before its button is there. */
export const Confirm: FC<PropsWithChildren<{ summary: string; open?: boolean }>> = ({
  summary,
  open,
  children,
}) => (
  <details class="ops-confirm" open={open ?? false}>
    <summary>{summary}</summary>
    {children}
  </details>
)

/** A moment as a form states it, in Asia/Shanghai, which has no summer time; undefined where nothing is stated. */
export function readMoment(text: string): string | undefined {
  if (text === '') return undefined
  const at = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,3})?)?$/.test(text)
    ? Date.parse(`${text}+08:00`)
    : Number.NaN
  // What is no time goes on as it is, so that the API refuses it at its field.
  return Number.isNaN(at) ? text : new Date(at).toISOString()
}

const SHANGHAI_MS = 8 * 60 * 60 * 1_000

/** A time of the API as a form states it. */
export const writeMoment = (time: string | null): string =>
  time === null ? '' : new Date(Date.parse(time) + SHANGHAI_MS).toISOString().slice(0, 16)

const general = {
  zh: {
    faster: '有人抢先了一步:情况已经变了,下面是现在的样子。什么也没有改。',
    wrong: '有一处填得不对,看标出来的地方。什么也没有改。',
    field: '这里填得不对,请按说明填写。',
  },
  en: {
    faster: 'Someone else was faster: it changed meanwhile. Below is how it stands now; nothing was done.',
    wrong: 'Something is not as it should be; see the marked fields. Nothing was done.',
    field: 'Not as it should be: see what is expected here.',
  },
}

/** What a refusal means where its form has no words of its own for it. */
export const tellRefusal = (lang: Lang, { status }: Refused): string =>
  status === 409 ? general[lang].faster : general[lang].wrong

/** What is said at a field that was refused; undefined at one that was not. */
export const errorAt = (lang: Lang, refused: Refused | null, name: string): string | undefined =>
  refused?.fields.has(name) ? general[lang].field : undefined
