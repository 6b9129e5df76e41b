import type { FC } from 'hono/jsx'
import type { DreamDetail } from '../../dreams/wire.ts'
import type { SupporterCounts } from '../../supporters/public-routes.ts'
import { type Lang, type Words, writeNumber } from '../../words/language.ts'
import type { PageContext } from '../frame/context.ts'
import { Notice, Section } from '../frame/parts.tsx'
import { goesOn } from './execution.tsx'
import { dataOf, type Part } from './load.ts'
import { Silent } from './pieces.tsx'

/** What each kind of partner is called. */
const PARTNER_KINDS = {
  zh: { volunteer: '志愿者', skill: '专业能力', place: '场地', organisation: '机构' },
  en: { volunteer: 'Volunteers', skill: 'Skills', place: 'Places', organisation: 'Organisations' },
} satisfies Words<Record<SupporterCounts['kinds'][number]['kind'], string>>

const words = {
  zh: {
    title: '梦想合伙人',
    taking: (n: string) => `${n} 位参与`,
    offered: (n: string) => `${n} 位等待答复`,
    hours: (n: string) => `${n} 小时`,
    inAll: (n: string) => `合伙人一共为它付出了 ${n} 小时。`,
    none: '还没有合伙人。出时间、出本事、出场地，都可以。',
    help: '我也来帮忙',
    offer: '已经把你的心意转给共创方，他们的答复会出现在你的消息里。',
  },
  en: {
    title: 'Partners',
    taking: (n: string) => `${n} taking part`,
    offered: (n: string) => `${n} waiting for an answer`,
    hours: (n: string) => (n === '1' ? '1 hour' : `${n} hours`),
    inAll: (n: string) => `Partners gave it ${n} ${n === '1' ? 'hour' : 'hours'} in all.`,
    none: 'It has no partners yet. Time, a skill, a place: all of it helps.',
    help: 'Offer to help',
    offer: 'Your offer is with its co-creators; their answer comes with your news.',
  },
} satisfies Words<object>

const HOUR_MINUTES = 60

/** Minutes as hours, to a tenth. */
const writeHours = (lang: Lang, minutes: number): string =>
  writeNumber(lang, Math.round((minutes / HOUR_MINUTES) * 10) / 10)

interface PartnersProps {
  readonly c: PageContext
  readonly dream: DreamDetail
  readonly supporters: Part<SupporterCounts>
}

/** Who else takes part, in figures: no person is named. */
export const Partners: FC<PartnersProps> = ({ c, dream, supporters }) => {
  const lang = c.get('lang')
  const t = words[lang]
  const counts = dataOf(supporters)
  const kinds =
    counts?.kinds.filter(
      ({ offered, invited, confirmedMinutes }) => offered + invited + confirmedMinutes > 0,
    ) ?? []
  const mayHelp = goesOn(dream)
  if (kinds.length === 0 && !mayHelp && supporters.kind !== 'silent') return null
  return (
    <Section id="partners" title={t.title}>
      {c.req.query('done') === 'offered' && <Notice tone="good">{t.offer}</Notice>}
      {supporters.kind === 'silent' && <Silent lang={lang} />}
      {counts && counts.confirmedMinutes > 0 && <p>{t.inAll(writeHours(lang, counts.confirmedMinutes))}</p>}
      {kinds.length > 0 && (
        <ul class="plain-list">
          {kinds.map(({ kind, offered, invited, confirmedMinutes }) => (
            <li class="row">
              <strong>{PARTNER_KINDS[lang][kind]}</strong>
              <span class="small">
                {[
                  ...(invited > 0 ? [t.taking(writeNumber(lang, invited))] : []),
                  ...(offered > 0 ? [t.offered(writeNumber(lang, offered))] : []),
                  ...(confirmedMinutes > 0 ? [t.hours(writeHours(lang, confirmedMinutes))] : []),
                ].join(' · ')}
              </span>
            </li>
          ))}
        </ul>
      )}
      {counts && kinds.length === 0 && <p class="hint">{t.none}</p>}
      {mayHelp && (
        <p>
          <a class="button plain" href={`/dreams/${encodeURIComponent(dream.id)}/help`}>
            {t.help}
          </a>
        </p>
      )}
    </Section>
  )
}
