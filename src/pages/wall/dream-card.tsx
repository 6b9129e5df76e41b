import type { FC } from 'hono/jsx'
import type { DreamWire } from '../../dreams/wire.ts'
import { type Lang, type Words, writeDate, writeNumber } from '../../words/language.ts'
import { StatePill } from '../frame/dream-words.tsx'
import { titleOf } from '../frame/names.ts'
import { Said } from '../frame/parts.tsx'
import { tellTimeLeft } from './time-left.ts'

const words = {
  zh: {
    of: (quota: string) => `/ ${quota} 朵`,
    progress: (title: string) => `${title}：收到的小红花`,
    givers: (n: string) => `${n} 人`,
    pledges: (n: string) => `${n} 次送花`,
    opens: (day: string) => `${day}开始`,
    ended: (day: string) => `${day}结束`,
    give: '送花',
    giveTo: (title: string) => `送花给：${title}`,
    sample: '示例',
  },
  en: {
    of: (quota: string) => `of ${quota} flowers`,
    progress: (title: string) => `${title}: flowers given`,
    givers: (n: string) => (n === '1' ? '1 person' : `${n} people`),
    pledges: (n: string) => `Gifts: ${n}`,
    opens: (day: string) => `Opens on ${day}`,
    ended: (day: string) => `Ended on ${day}`,
    give: 'Give flowers',
    giveTo: (title: string) => `Give flowers: ${title}`,
    sample: 'Sample',
  },
} satisfies Words<object>

export interface DreamCardProps {
  readonly lang: Lang
  readonly dream: DreamWire
  /** People who gave, by the last count of the ledger; null where it has counted none. */
  readonly givers: number | null
  /** In ms since 1970. */
  readonly now: number
}

/** A dream as the wall shows it. The page's script moves its counts, found by their `data-` names. */
export const DreamCard: FC<DreamCardProps> = ({ lang, dream, givers, now }) => {
  const t = words[lang]
  const { id, quota, pledges, picture, state } = dream
  const title = titleOf(lang, dream)
  const flowers = dream.flowers + (dream.returned?.flowers ?? 0)
  const summary = summaryOf(lang, dream)
  return (
    <article class="card dream-card" data-dream={id} data-state={state}>
      {picture && (
        <img
          class="dream-card-picture"
          src={`/pictures/${encodeURIComponent(picture)}`}
          alt=""
          loading="lazy"
          decoding="async"
        />
      )}
      <h3>
        <a href={`/dreams/${id}`}>
          <Said>{title}</Said>
        </a>
      </h3>
      {summary && (
        <p class="dream-card-summary">
          <Said>{summary}</Said>
        </p>
      )}
      <div class="dream-card-progress">
        <div class="row">
          <span>
            <span class="flowers" data-flowers>
              <span aria-hidden="true">✿ </span>
              <span class="count">{writeNumber(lang, flowers)}</span>
            </span>{' '}
            <span class="small">{t.of(writeNumber(lang, quota))}</span>
          </span>
          <span class="count small" data-percent>
            {writeNumber(lang, Math.floor((flowers / quota) * 100))}%
          </span>
        </div>
        <progress class="bar" value={Math.min(flowers, quota)} max={quota} aria-label={t.progress(title)} />
        <div class="row small">
          <span>
            {givers !== null && `${t.givers(writeNumber(lang, givers))} · `}
            <span data-pledges>{t.pledges(writeNumber(lang, pledges + (dream.returned?.pledges ?? 0)))}</span>
          </span>
          <span>{tellWhen(lang, dream, now)}</span>
        </div>
      </div>
      <div class="row dream-card-end">
        <span>
          <StatePill lang={lang} state={state} />
          {dream.sample && <span class="small"> {t.sample}</span>}
        </span>
        {dream.collecting && (
          <a class="button" href={`/dreams/${id}`} aria-label={t.giveTo(title)} data-call>
            {t.give}
          </a>
        )}
      </div>
    </article>
  )
}

/** Summaries are in one language; an English wall leaves out those in Chinese, which stand on the dream's own page. */
const summaryOf = (lang: Lang, { summary }: DreamWire): string | null =>
  summary === '' || (lang === 'en' && /\p{Script=Han}/u.test(summary)) ? null : summary

function tellWhen(lang: Lang, { collecting, state, opensAt, closesAt }: DreamWire, now: number): string {
  const t = words[lang]
  if (collecting) return tellTimeLeft(lang, Date.parse(closesAt), now)
  return state === 'published' ? t.opens(writeDate(lang, opensAt)) : t.ended(writeDate(lang, closesAt))
}
