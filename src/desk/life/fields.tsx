import type { Child, FC, PropsWithChildren } from 'hono/jsx'
import { Field, tiedTo } from '../../pages/frame/parts.tsx'
import type { Lang } from '../../words/language.ts'
import { sayFieldError } from '../field-words.ts'
import type { Refused } from './asking.ts'

/** The fields of the desk's forms. A form that was refused shows again what was typed, and what is wrong at its field. */

/** A form as it stands on its page: empty, or as it was refused. */
export class Filled {
  readonly lang: Lang
  readonly form: string
  readonly refused: Refused | null

  constructor(lang: Lang, form: string, refused: Refused | null) {
    this.lang = lang
    this.form = form
    this.refused = refused?.form === form ? refused : null
  }

  id(name: string): string {
    return `${this.form}-${name}`
  }

  /** What was typed, or `otherwise` in a form that was not sent yet. */
  value(name: string, otherwise = ''): string {
    return this.refused ? this.refused.typed.text(name) : otherwise
  }

  error(name: string): string | undefined {
    const message = this.refused?.errors[name]
    return message === undefined ? undefined : sayFieldError(this.lang, message)
  }

  /** The attributes that tie a field to its hint and its error. */
  tied(name: string, hint: string | undefined) {
    return tiedTo(this.id(name), hint, this.error(name))
  }
}

interface FieldProps {
  readonly f: Filled
  readonly name: string
  readonly label: string
  readonly hint?: string
  readonly required?: boolean
}

interface TextProps extends FieldProps {
  readonly value?: string
  readonly type?: 'text' | 'search' | 'datetime-local'
  readonly inputmode?: 'numeric' | 'decimal'
  readonly max?: number
  readonly placeholder?: string
}

/** A line of text. `max` is in UTF-16 units, as the API counts. */
export const TextField: FC<TextProps> = (props) => {
  const { f, name, label, hint, value, type = 'text', inputmode, max, required, placeholder } = props
  return (
    <Field id={f.id(name)} label={label} hint={hint} error={f.error(name)}>
      <input
        id={f.id(name)}
        name={name}
        type={type}
        value={f.value(name, value)}
        inputmode={inputmode}
        maxlength={max}
        placeholder={placeholder}
        required={required}
        autocomplete="off"
        {...f.tied(name, hint)}
      />
    </Field>
  )
}

/** Several lines of text. */
export const LongField: FC<FieldProps & { value?: string; max: number; rows?: number }> = (props) => {
  const { f, name, label, hint, value, max, rows = 3, required } = props
  return (
    <Field id={f.id(name)} label={label} hint={hint} error={f.error(name)}>
      <textarea
        id={f.id(name)}
        name={name}
        rows={rows}
        maxlength={max}
        required={required}
        {...f.tied(name, hint)}
      >
        {f.value(name, value)}
      </textarea>
    </Field>
  )
}

/** One of several. */
export const ChoiceField: FC<
  FieldProps & { value?: string; options: readonly (readonly [value: string, text: string])[] }
> = ({ f, name, label, hint, value, options, required }) => {
  const chosen = f.value(name, value)
  return (
    <Field id={f.id(name)} label={label} hint={hint} error={f.error(name)}>
      <select id={f.id(name)} name={name} required={required} {...f.tied(name, hint)}>
        {options.map(([each, text]) => (
          <option value={each} selected={each === chosen}>
            {text}
          </option>
        ))}
      </select>
    </Field>
  )
}

/** The box without which something that cannot be undone is not done. */
export const Confirm: FC<{ f: Filled; label: string }> = ({ f, label }) => {
  const error = f.error('confirm')
  return (
    <div class="field">
      <label class="choice" for={f.id('confirm')}>
        <input
          id={f.id('confirm')}
          type="checkbox"
          name="confirm"
          value="yes"
          required
          {...f.tied('confirm', undefined)}
        />
        {label}
      </label>
      {error && (
        <p class="error" id={`${f.id('confirm')}-error`}>
          {error}
        </p>
      )}
    </div>
  )
}

/** A form with its button. */
export const DeskForm: FC<PropsWithChildren<{ action: string; submit: Child; plain?: boolean }>> = ({
  action,
  submit,
  plain,
  children,
}) => (
  <form method="post" action={action}>
    {children}
    <p class="actions">
      <button type="submit" class={plain ? 'plain' : undefined}>
        {submit}
      </button>
    </p>
  </form>
)

/** A form that is folded away until it is wanted, and open when it was refused. */
export const Folded: FC<PropsWithChildren<{ f?: Filled; summary: Child; open?: boolean }>> = ({
  f,
  summary,
  open,
  children,
}) => (
  <details class="card folded" open={open || f?.refused != null}>
    <summary>{summary}</summary>
    {children}
  </details>
)
