import type { FC } from 'hono/jsx'
import { SUPPORTER_KINDS } from '../../supporters/states.ts'
import type { Lang, Words } from '../../words/language.ts'
import { callInside } from '../frame/inside.ts'
import { Pages, requireSession } from '../frame/pages.tsx'
import { Field, Notice, RadioField, tiedTo } from '../frame/parts.tsx'
import { paramOf, readDream } from './load.ts'
import { type Refused, refusalOf } from './refusals.tsx'
import { sendUnder } from './under.tsx'

const words = {
  zh: {
    title: '我也来帮忙',
    lead: '告诉共创方你能做什么。他们会邀请你，或者说明为什么不合适。',
    seen: '只要这份心意还在，共创方看得到你资料里的名字和联系方式。',
    kind: '我能出',
    volunteer: '时间：做志愿者',
    skill: '专业能力：医生、设计、翻译……',
    place: '场地',
    organisation: '我所在的机构',
    text: '具体说说',
    hint: '最多 500 个字，只有共创方看得到。',
    wrongText: '请写 1 到 500 个字。',
    wrongKind: '请选一种。',
    send: '告诉共创方',
  },
  en: {
    title: 'Offer to help',
    lead: 'Tell its co-creators what you can do. They invite you, or say why it does not fit.',
    seen: 'While your offer stands, they see the name and contact of your profile.',
    kind: 'I can give',
    volunteer: 'time, as a volunteer',
    skill: 'a skill: medicine, design, translation …',
    place: 'a place',
    organisation: 'the help of my organisation',
    text: 'In your words',
    hint: 'At most 500 characters; only its co-creators read it.',
    wrongText: 'Write 1 to 500 characters.',
    wrongKind: 'Choose one.',
    send: 'Tell its co-creators',
  },
} satisfies Words<Record<string, string>>

const MAX_TEXT_LENGTH = 500

/** Where someone offers to help a dream. */
export const helpPages = new Pages()

helpPages.view('/dreams/:dream/help', async (c) => {
  requireSession(c)
  const lang = c.get('lang')
  const dream = await readDream(c)
  return sendUnder(c, dream, { title: words[lang].title }, <HelpForm lang={lang} dream={dream.id} />)
})

helpPages.action('/dreams/:dream/help', async (c, form) => {
  requireSession(c)
  const lang = c.get('lang')
  const path = `/dreams/${paramOf(c, 'dream')}`
  const json = { kind: form.text('kind'), text: form.text('text') }
  const answer = await callInside(c, `/v1${path}/supporters`, { method: 'POST', json })
  if (answer.ok) return c.redirect(`${path}?done=offered#partners`, 303)
  const refused = refusalOf(lang, answer)
  const dream = await readDream(c)
  return sendUnder(
    c,
    dream,
    { title: words[lang].title, status: refused.status },
    <HelpForm lang={lang} dream={dream.id} offered={json} refused={refused} />,
  )
})

interface HelpFormProps {
  readonly lang: Lang
  readonly dream: string
  /** What was typed, where it was refused. */
  readonly offered?: { readonly kind: string; readonly text: string }
  readonly refused?: Refused
}

const HelpForm: FC<HelpFormProps> = ({ lang, dream, offered, refused }) => {
  const t = words[lang]
  const wrong = (field: string): boolean => refused?.wrong.includes(field) ?? false
  return (
    <form method="post" action={`/dreams/${encodeURIComponent(dream)}/help`}>
      {refused?.notice && <Notice tone="bad">{refused.notice}</Notice>}
      <p class="lead">{t.lead}</p>
      <RadioField
        {...{ id: 'help-kind', name: 'kind', label: t.kind, chosen: offered?.kind }}
        options={SUPPORTER_KINDS.map((kind) => [kind, t[kind]])}
        error={wrong('kind') ? t.wrongKind : undefined}
      />
      <Field id="help-text" label={t.text} hint={t.hint} error={wrong('text') ? t.wrongText : undefined}>
        <textarea
          id="help-text"
          name="text"
          required
          maxlength={MAX_TEXT_LENGTH}
          {...tiedTo('help-text', t.hint, wrong('text'))}
        >
          {offered?.text}
        </textarea>
      </Field>
      <p class="hint">{t.seen}</p>
      <button type="submit">{t.send}</button>
    </form>
  )
}
