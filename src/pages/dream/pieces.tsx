import type { FC } from 'hono/jsx'
import type { ReportWire } from '../../reports/wire.ts'
import { type Lang, type Words, writeNumber } from '../../words/language.ts'
import { Said } from '../frame/parts.tsx'
import { shownText } from '../frame/text.ts'

/** Small things that several parts of a dream's pages are made of. */

const words = {
  zh: {
    silent: '这一部分暂时读不到，请过一会儿再来看。其余内容不受影响。',
    picture: (n: number, of: number, title: string) => `“${title}”的图片 ${n} / ${of}`,
  },
  en: {
    silent: 'This part is not available right now; the rest of the page is. Look again in a moment.',
    picture: (n: number, of: number, title: string) => `Picture ${n} of ${of}: ${title}`,
  },
} satisfies Words<object>

/** What stands where a part of the page does not answer. */
export const Silent: FC<{ lang: Lang }> = ({ lang }) => <p class="notice wait">{words[lang].silent}</p>

/** Pictures by their ids; `title` is what they are of. */
export const Pictures: FC<{ lang: Lang; ids: readonly string[]; title: string }> = ({ lang, ids, title }) =>
  ids.length === 0 ? null : (
    <ul class="pictures">
      {ids.map((id, index) => (
        <li>
          <a href={`/pictures/${encodeURIComponent(id)}`}>
            <img
              src={`/pictures/${encodeURIComponent(id)}`}
              alt={words[lang].picture(index + 1, ids.length, shownText(title))}
              loading="lazy"
              decoding="async"
            />
          </a>
        </li>
      ))}
    </ul>
  )

/** Figures that someone showed beside their words. */
export const Figures: FC<{ lang: Lang; figures: ReportWire['figures'] }> = ({ lang, figures }) =>
  figures.length === 0 ? null : (
    <dl class="shown-figures">
      {figures.map(({ name, value, unit }) => (
        <div>
          <dt>
            <Said>{name}</Said>
          </dt>
          <dd>
            <span class="count">{writeNumber(lang, value)}</span> <Said>{unit}</Said>
          </dd>
        </div>
      ))}
    </dl>
  )
