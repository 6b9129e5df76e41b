import type { FC, PropsWithChildren } from 'hono/jsx'
import { type Answer, asProblem, type ProblemBody } from '../../pages/frame/inside.ts'
import { Field, tiedTo } from '../../pages/frame/parts.tsx'
import type { Lang } from '../../words/language.ts'
import { sayFieldError } from '../field-words.ts'

/** What the forms of this half of the desk are made of. */

/** A form as it is shown again: what was typed, and which fields were refused. */
export interface Refused {
  readonly status: 400 | 403 | 409 | 422
  readonly code: ProblemBody['code']
  /** By field: what the API says of it. */
  readonly fields: ReadonlyMap<string, string>
}

const TELLABLE = [400, 403, 409, 422] as const

/** A refusal that its form can tell. Throws one that it cannot: nobody signed in, not there, not available. */
export function refusedBy(answer: Extract<Answer<unknown>, { ok: false }>): Refused {
  const { code, errors = [] } = answer.problem
  const status = TELLABLE.find((each) => each === answer.status)
  if (status === undefined || code === 'operator_only') throw asProblem(answer)
  const fields = errors.map(({ path, message }) => [path.split('.')[0] ?? '', message] as const)
  return { status, code, fields: new Map(fields) }
}

/** The refusal of something that changed since the form was made. */
export const FASTER: Refused = { status: 409, code: 'state_conflict', fields: new Map() }

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

/** A field of one line with its label, hint and error. */
export const Input: FC<InputProps> = ({ id, label, name = id, hint, error, maxLength, ...rest }) => (
  <Field id={id} label={label} hint={hint} error={error}>
    <input
      id={id}
      name={name}
      maxlength={maxLength}
      autocomplete="off"
      {...tiedTo(id, hint, error)}
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
export const Folded: FC<PropsWithChildren<{ summary: string; open?: boolean }>> = ({
  summary,
  open,
  children,
}) => (
  <details class="ops-confirm" open={open ?? false}>
    <summary>{summary}</summary>
    {children}
  </details>
)

const general = {
  zh: {
    faster: '有人抢先了一步：情况已经变了，下面是现在的样子。什么也没有改。',
    wrong: '有一处填得不对，看标出来的地方。什么也没有改。',
  },
  en: {
    faster: 'Someone else was faster: it changed meanwhile. Below is how it stands now; nothing was done.',
    wrong: 'Something is not as it should be; see the marked fields. Nothing was done.',
  },
}

/** What a refusal means where its form has no words of its own for it. */
export const tellRefusal = (lang: Lang, { status }: Refused): string =>
  status === 409 ? general[lang].faster : general[lang].wrong

/** What is said at a field that was refused; undefined at one that was not. */
export function errorAt(lang: Lang, refused: Refused | null, name: string): string | undefined {
  const message = refused?.fields.get(name)
  return message === undefined ? undefined : sayFieldError(lang, message)
}
