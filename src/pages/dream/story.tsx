import type { FC } from 'hono/jsx'
import type { AmendmentWire } from '../../campaigns/amendments-routes.ts'
import type { DreamDetail } from '../../dreams/wire.ts'
import type { Lang, Words } from '../../words/language.ts'
import { nameOf, titleOf } from '../frame/names.ts'
import { Day, Paragraphs, Said, Section } from '../frame/parts.tsx'
import { dataOf, type Part } from './load.ts'
import { Pictures, Silent } from './pieces.tsx'

const words = {
  zh: {
    title: '它的故事',
    what: '想做什么',
    forWhom: '为了谁',
    place: '在哪里',
    howMany: '惠及多少人',
    why: '为什么',
    coCreators: '共创方',
    amended: '更正',
    should: '应为：',
    reason: '原因：',
  },
  en: {
    title: 'Its story',
    what: 'What it is',
    forWhom: 'For whom',
    place: 'Where',
    howMany: 'How many it reaches',
    why: 'Why',
    coCreators: 'Co-creators',
    amended: 'Corrected',
    should: 'It should read:',
    reason: 'Why:',
  },
} satisfies Words<Record<string, string>>

const FIELDS = ['what', 'forWhom', 'place', 'howMany', 'why'] as const

const HAN = /\p{Script=Han}/u

type AmendedField = AmendmentWire['field']

/** What was put right in one text of a dream, beside that text, which stays as it was published. */
export const Amended: FC<{
  lang: Lang
  amendments: readonly AmendmentWire[]
  fields: readonly AmendedField[]
}> = ({ lang, amendments, fields }) => {
  const t = words[lang]
  return (
    <>
      {amendments
        .filter(({ field }) => fields.includes(field))
        .map(({ text, reason, at }) => (
          <div class="amended" role="note">
            <p class="small">
              <strong>{t.amended}</strong> · <Day lang={lang} time={at} /> · {t.should}
            </p>
            <Paragraphs text={text} />
            <p class="small">
              {t.reason}
              {lang === 'en' && ' '}
              <Said>{reason}</Said>
            </p>
          </div>
        ))}
    </>
  )
}

interface StoryProps {
  readonly lang: Lang
  readonly dream: DreamDetail
  readonly amendments: Part<{ readonly items: readonly AmendmentWire[] }>
}

/** What was proposed, as it was published, with what was put right in it, and who took it on. */
export const Story: FC<StoryProps> = ({ lang, dream, amendments }) => {
  const t = words[lang]
  const { story, coCreators } = dream
  const told = FIELDS.filter((field) => story[field])
  const pictures = story.pictures ?? []
  if (told.length === 0 && pictures.length === 0 && coCreators.length === 0) return null
  const corrections = dataOf(amendments)?.items ?? []
  return (
    <Section id="story" title={t.title}>
      {lang === 'en' && told.some((field) => HAN.test(story[field] ?? '')) && (
        <p class="hint">In the words of those who proposed it, in Chinese.</p>
      )}
      {amendments.kind === 'silent' && <Silent lang={lang} />}
      <Pictures lang={lang} ids={pictures} title={titleOf(lang, dream)} />
      {told.map((field) => (
        <div class="told">
          <h3>{t[field]}</h3>
          <Paragraphs text={story[field] ?? ''} />
          <Amended lang={lang} amendments={corrections} fields={[field]} />
        </div>
      ))}
      {coCreators.length > 0 && (
        <div class="told">
          <h3>{t.coCreators}</h3>
          <ul class="names">
            {coCreators.map((each) => (
              <li>
                <Said>{nameOf(lang, each)}</Said>
              </li>
            ))}
          </ul>
        </div>
      )}
    </Section>
  )
}
