import type { FC } from 'hono/jsx'
import { findGaps, MAX_LENGTHS, type ProposalTexts } from '../../proposals/proposing.ts'
import type { Lang, Words } from '../../words/language.ts'
import type { Form } from '../frame/forms.ts'
import type { ProblemBody } from '../frame/inside.ts'
import { Field, tiedTo } from '../frame/parts.tsx'

/** The fields of a wish: what they ask for, and what is wrong with what was typed. */

type FieldName = keyof ProposalTexts

const NAMES = Object.keys(MAX_LENGTHS) as FieldName[]

export type FieldErrors = Partial<Record<FieldName, string>>

export const EMPTY: ProposalTexts = { title: '', what: '', forWhom: '', place: '', howMany: '', why: '' }

const words = {
  zh: {
    fields: {
      title: ['愿望的名字', '一句话，让人一看就懂，比如“山村急救课”。'],
      what: ['想做什么', '具体做哪些事，做到什么样算成了。'],
      forWhom: ['为了谁', '谁会因此过得更好。'],
      place: ['在哪里', '哪个地方，到县或村更好。'],
      howMany: ['有多少（可不填）', '大约多少人、多少所学校、多少公里。'],
      why: ['为什么需要', '现在是什么情况，为什么值得做。'],
    },
    needed: '送出前要填这一项。',
    short: '名字至少要 4 个字。',
    long: (max: number) => `太长了，最多 ${max} 个字。`,
    wrong: '这一项不能这样填。',
  },
  en: {
    fields: {
      title: ['Its name', 'One line that everyone understands, such as “First aid for mountain schools”.'],
      what: ['What is to be done', 'Which things, and how one will know that they are done.'],
      forWhom: ['For whom', 'Who will be better off.'],
      place: ['Where', 'The place, to the county or village if you can.'],
      howMany: ['How many (may be left out)', 'Roughly how many people, schools or kilometres.'],
      why: ['Why it is needed', 'How things are now, and why it is worth it.'],
    },
    needed: 'This is needed before it can be sent.',
    short: 'The name needs four characters at least.',
    long: (max: number) => `Too long: ${max} characters at most.`,
    wrong: 'This cannot be taken as it is.',
  },
} satisfies Words<Record<string, unknown>>

/** The texts that a form sent. */
export function readTexts(form: Form): ProposalTexts {
  return Object.fromEntries(NAMES.map((name) => [name, form.text(name)])) as Record<FieldName, string>
}

/** What a refusal says of the fields, in the page's language; empty where it is about none of them. */
export function errorsOf(lang: Lang, { errors = [] }: ProblemBody, texts: ProposalTexts): FieldErrors {
  const t = words[lang]
  const gaps = new Set(findGaps(texts).map(({ path }) => path))
  const tell = (name: FieldName): string => {
    if (texts[name].length > MAX_LENGTHS[name]) return t.long(MAX_LENGTHS[name])
    if (!gaps.has(name)) return t.wrong
    return /[\p{L}\p{N}]/u.test(texts[name]) ? t.short : t.needed
  }
  const named = NAMES.filter((name) => errors.some(({ path }) => path === name))
  return Object.fromEntries(named.map((name) => [name, tell(name)]))
}

/** The fields with what is in them. */
export const ProposalFields: FC<{ lang: Lang; texts: ProposalTexts; errors: FieldErrors }> = ({
  lang,
  texts,
  errors,
}) => (
  <>
    {NAMES.map((name) => (
      <TextField lang={lang} name={name} text={texts[name]} error={errors[name]} />
    ))}
  </>
)

const TextField: FC<{ lang: Lang; name: FieldName; text: string; error: string | undefined }> = ({
  lang,
  name,
  text,
  error,
}) => {
  const [label = '', hint = ''] = words[lang].fields[name]
  const max = MAX_LENGTHS[name]
  const attributes = {
    ...{ id: name, name, maxlength: max, dir: 'auto' as const },
    ...tiedTo(name, hint, error),
  }
  return (
    <Field id={name} label={label} hint={hint} error={error}>
      {max > 200 ? (
        // The first line break after the tag is not part of the text.
        <textarea {...attributes} rows={5}>
          {`\n${text}`}
        </textarea>
      ) : (
        <input type="text" {...attributes} value={text} />
      )}
    </Field>
  )
}
