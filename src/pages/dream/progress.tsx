import type { FC } from 'hono/jsx'
import type { DreamWire } from '../../dreams/wire.ts'
import { type Lang, type Words, writeNumber, writeTime } from '../../words/language.ts'

const words = {
  zh: {
    unit: '朵小红花',
    of: (quota: string) => `最低执行额度 ${quota} 朵`,
    pledges: (n: string) => `${n} 次送花`,
    bar: '收到的小红花',
    asOf: (at: string) => `截至 ${at}`,
    gone: '截止时收到',
  },
  en: {
    unit: 'flowers',
    of: (quota: string) => `of a quota of ${quota}`,
    pledges: (n: string) => `Gifts: ${n}`,
    bar: 'Flowers given',
    asOf: (at: string) => `as of ${at}`,
    gone: 'When it ended:',
  },
} satisfies Words<object>

/**
 * How far a dream is. The page's script finds its numbers by the `data-` names and moves them. Of a dream that expired it
 * is what it had when it ended.
 */
export const Progress: FC<{ lang: Lang; dream: DreamWire }> = ({ lang, dream }) => {
  const t = words[lang]
  const { id, quota, returned, asOf } = dream
  const flowers = dream.flowers + (returned?.flowers ?? 0)
  const pledges = dream.pledges + (returned?.pledges ?? 0)
  const percent = Math.floor((flowers / quota) * 100)
  return (
    <div class="dream-progress" data-dream={returned === null ? id : undefined}>
      <p class="dream-count">
        {returned !== null && <span class="small">{t.gone} </span>}
        <span aria-hidden="true">✿ </span>
        <strong class="count" data-flowers>
          {writeNumber(lang, flowers)}
        </strong>{' '}
        {t.unit}
      </p>
      <progress class="bar" value={Math.min(flowers, quota)} max={quota} aria-label={t.bar}>
        {percent}%
      </progress>
      <p class="row small">
        <span>
          <span class="count" data-percent>
            {writeNumber(lang, percent)}%
          </span>{' '}
          · {t.of(writeNumber(lang, quota))}
        </span>
        <span>
          <span data-pledges>{t.pledges(writeNumber(lang, pledges))}</span> · {t.asOf(writeTime(lang, asOf))}
        </span>
      </p>
    </div>
  )
}
