import type { FC } from 'hono/jsx'
import type { EarningWire, MyEarningWire } from '../../lines/earning-routes.ts'
import { type Lang, type Words, writeNumber } from '../../words/language.ts'
import { nameOf } from '../frame/names.ts'
import { Bar, Day, Pill, Said } from '../frame/parts.tsx'

/** One place that flowers come from: what it gives, and what of that is left for whoever looks. */

const flowersEn = (lang: Lang, n: number) => `${writeNumber(lang, n)} ${n === 1 ? 'flower' : 'flowers'}`

const words = {
  zh: {
    each: (flowers: string) => `每次得 ${flowers} 朵`,
    every: (per: string, flowers: string) => `每满 ${per}（按这条业务线自己的计量）得 ${flowers} 朵`,
    steps: (per: string, flowers: string) => `每走 ${per} 步得 ${flowers} 朵`,
    minutes: (per: string, flowers: string) => `每满 ${per} 分钟得 ${flowers} 朵`,
    quiz: (flowers: string) => `每答对一题得 ${flowers} 朵`,
    aDay: (cap: string) => `每天最多 ${cap} 朵`,
    noCap: '每天不限',
    earned: (earned: string) => `今天已得 ${earned} 朵`,
    left: (left: string) => `还能得 ${left} 朵`,
    full: '今天已得满',
    paused: '暂停中',
    link: '先关联账户',
    linkHint: '它有自己的用户号；在“我的花”里关联以后，那里做的好事就记到你名下。',
    from: '自',
    to: '止于',
    progress: (name: string) => `${name}：今天已得的占每天上限的多少`,
  },
  en: {
    each: (_: string, n: number) => `${flowersEn('en', n)} each time`,
    every: (per: string, _: string, n: number) =>
      `${flowersEn('en', n)} for every ${per} (in its own measure)`,
    minutes: (per: string, _: string, n: number) => `${flowersEn('en', n)} for every ${per} minutes`,
    steps: (per: string, _: string, n: number) => `${flowersEn('en', n)} for every ${per} steps`,
    quiz: (_: string, n: number) => `${flowersEn('en', n)} for each right answer`,
    aDay: (cap: string) => `at most ${cap} a day`,
    noCap: 'no daily limit',
    earned: (earned: string) => `${earned} earned today`,
    left: (left: string) => `${left} left today`,
    full: 'All earned for today',
    paused: 'Paused',
    link: 'Link it first',
    linkHint:
      'It knows you by an id of its own. Link it in “My flowers”, and what you do there counts for you.',
    from: 'From',
    to: 'Until',
    progress: (name: string) => `${name}: earned today, of the daily limit`,
  },
} satisfies Words<Record<string, unknown>>

type Line = EarningWire['items'][number] | MyEarningWire['items'][number]
type Kind = Line['kinds'][number]

export const LineCard: FC<{ lang: Lang; line: Line }> = ({ lang, line }) => {
  const t = words[lang]
  const name = nameOf(lang, line)
  const unlinked = 'linked' in line && !line.linked
  return (
    <article class="card earn-line">
      <div class="row">
        <h3>
          <Said>{name}</Said>
        </h3>
        {line.state === 'paused' && <Pill tone="wait">{t.paused}</Pill>}
        {unlinked && (
          <a class="quiet" href="/me">
            {t.link}
          </a>
        )}
      </div>
      {line.kinds.map((kind) => (
        <KindPart
          lang={lang}
          name={name}
          kind={kind}
          told={line.kinds.length > 1}
          active={line.state === 'active'}
        />
      ))}
      {line.userIds === 'own' && (!('linked' in line) || unlinked) && <p class="hint">{t.linkHint}</p>}
    </article>
  )
}

const KindPart: FC<{ lang: Lang; name: string; kind: Kind; told: boolean; active: boolean }> = ({
  lang,
  name,
  kind,
  told,
  active,
}) => {
  const t = words[lang]
  const write = (n: number) => writeNumber(lang, n)
  const mine = 'earnedToday' in kind ? kind : null
  return (
    <>
      <p>
        {told && (
          <>
            <code>{kind.kind}</code>
            {lang === 'zh' ? '：' : ': '}
          </>
        )}
        {describeRule(lang, kind)}
        {lang === 'zh' ? '，' : ', '}
        {kind.capPerDay === null ? t.noCap : t.aDay(write(kind.capPerDay))}
      </p>
      {kind.validFrom !== null && Date.parse(kind.validFrom) > Date.now() && (
        <p class="hint">
          {t.from} <Day lang={lang} time={kind.validFrom} />
        </p>
      )}
      {kind.validTo !== null && (
        <p class="hint">
          {t.to} <Day lang={lang} time={kind.validTo} />
        </p>
      )}
      {mine && active && (
        <>
          {kind.capPerDay !== null && (
            <Bar value={mine.earnedToday} max={kind.capPerDay} label={t.progress(name)} />
          )}
          <p class="row small">
            <span>{t.earned(write(mine.earnedToday))}</span>
            {mine.leftToday === 0 ? (
              <Pill tone="good">{t.full}</Pill>
            ) : (
              mine.leftToday !== null && <span>{t.left(write(mine.leftToday))}</span>
            )}
          </p>
        </>
      )}
    </>
  )
}

/** Kinds that are counted in minutes, as the lines of the seed are. */
const MINUTES: ReadonlySet<string> = new Set(['learning', 'reading'])

/** What an act earns. A rule names no measure: those are known whose kind says it. */
function describeRule(lang: Lang, { kind, per, flowers }: Kind): string {
  const t = words[lang]
  const [much, count] = [writeNumber(lang, per), writeNumber(lang, flowers)]
  if (kind === 'steps') return t.steps(much, count, flowers)
  if (MINUTES.has(kind) && per > 1) return t.minutes(much, count, flowers)
  if (kind === 'quiz' && per === 1) return t.quiz(count, flowers)
  return per === 1 ? t.each(count, flowers) : t.every(much, count, flowers)
}
