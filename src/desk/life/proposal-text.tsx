import type { FC } from 'hono/jsx'
import { Paragraphs } from '../../pages/frame/parts.tsx'
import type { ProposalTextWire } from '../../review/proposal-routes.ts'
import type { Lang } from '../../words/language.ts'

/** What a proposal says. */

const words = {
  zh: {
    what: '做什么',
    forWhom: '为了谁',
    place: '在哪里',
    howMany: '多少',
    why: '为什么',
    pictures: '图片',
    picture: (n: number) => `图片 ${n}`,
  },
  en: {
    what: 'What',
    forWhom: 'For whom',
    place: 'Where',
    howMany: 'How many',
    why: 'Why',
    pictures: 'Pictures',
    picture: (n: number) => `Picture ${n}`,
  },
}

const TEXTS = ['what', 'forWhom', 'place', 'howMany', 'why'] as const

type Told = Pick<ProposalTextWire, (typeof TEXTS)[number] | 'pictures'>

export const ProposalText: FC<{ lang: Lang; proposal: Told; level?: 2 | 3 }> = ({
  lang,
  proposal,
  level = 2,
}) => {
  const t = words[lang]
  const Heading = `h${level}` as 'h2' | 'h3'
  return (
    <>
      {TEXTS.filter((field) => proposal[field] !== '').map((field) => (
        <>
          <Heading class="fact-title">{t[field]}</Heading>
          <Paragraphs text={proposal[field]} />
        </>
      ))}
      {proposal.pictures.length > 0 && (
        <>
          <Heading class="fact-title">{t.pictures}</Heading>
          <ul class="desk-pictures">
            {proposal.pictures.map((picture, n) => (
              <li>
                <a href={`/pictures/${picture}`}>
                  <img
                    src={`/pictures/${picture}`}
                    alt={t.picture(n + 1)}
                    loading="lazy"
                    width="160"
                    height="160"
                  />
                </a>
              </li>
            ))}
          </ul>
        </>
      )}
    </>
  )
}
