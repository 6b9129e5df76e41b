import type { FC } from 'hono/jsx'
import { MAX_QUESTION_LENGTH } from '../../supervision/rules.ts'
import type { Lang, Words } from '../../words/language.ts'
import { Field, RadioField, tiedTo } from '../frame/parts.tsx'

const words = {
  zh: {
    kind: '这是',
    question: '提问：想知道什么',
    concern: '质疑：觉得哪里不对',
    text: '内容',
    hint: `最多 ${MAX_QUESTION_LENGTH} 个字，公开显示，不显示你的名字。答复会出现在你的消息里。`,
    wrongText: `请写 1 到 ${MAX_QUESTION_LENGTH} 个字。`,
    wrongKind: '请选一种。',
    send: '公开提出',
  },
  en: {
    kind: 'This is',
    question: 'a question: what you would like to know',
    concern: 'a concern: what seems wrong to you',
    text: 'Your words',
    hint: `At most ${MAX_QUESTION_LENGTH} characters, in public and without your name. The answer comes with your news.`,
    wrongText: `Write 1 to ${MAX_QUESTION_LENGTH} characters.`,
    wrongKind: 'Choose one of the two.',
    send: 'Ask in public',
  },
} satisfies Words<Record<string, string>>

const KINDS = ['question', 'concern'] as const

/** What was typed and which fields of it were refused. */
export interface Asked {
  readonly kind: string
  readonly text: string
  readonly wrong: readonly string[]
}

/** Where a question or concern is written; `asked` is what was refused, to be put right. */
export const AskForm: FC<{ lang: Lang; dream: string; asked?: Asked | undefined }> = ({
  lang,
  dream,
  asked,
}) => {
  const t = words[lang]
  const wrong = (field: string): boolean => asked?.wrong.includes(field) ?? false
  const chosen = asked?.kind ?? 'question'
  return (
    <form method="post" action={`/dreams/${encodeURIComponent(dream)}/questions`}>
      <RadioField
        {...{ id: 'ask-kind', name: 'kind', label: t.kind, chosen: chosen }}
        options={KINDS.map((kind) => [kind, t[kind]])}
        error={wrong('kind') ? t.wrongKind : undefined}
      />
      <Field id="ask-text" label={t.text} hint={t.hint} error={wrong('text') ? t.wrongText : undefined}>
        <textarea
          id="ask-text"
          name="text"
          required
          maxlength={MAX_QUESTION_LENGTH}
          {...tiedTo('ask-text', t.hint, wrong('text'))}
        >
          {asked?.text}
        </textarea>
      </Field>
      <button type="submit">{t.send}</button>
    </form>
  )
}
