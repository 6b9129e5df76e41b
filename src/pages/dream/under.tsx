import type { Child, FC, PropsWithChildren } from 'hono/jsx'
import type { DreamWire } from '../../dreams/wire.ts'
import type { Words } from '../../words/language.ts'
import type { PageContext } from '../frame/context.ts'
import { type PageHead, sendPage } from '../frame/layout.tsx'
import { titleOf } from '../frame/names.ts'
import { Back, Said } from '../frame/parts.tsx'

/** The pages under a dream: each has the way back to it. */

const words = {
  zh: { back: '回到', none: '还没有。' },
  en: { back: 'Back to', none: 'There are none yet.' },
} satisfies Words<Record<string, string>>

/** Sends a page under a dream. `title` is what of the dream it shows. */
export function sendUnder(
  c: PageContext,
  dream: DreamWire,
  { title, ...head }: PageHead,
  body: Child,
): Promise<Response> {
  const lang = c.get('lang')
  const name = titleOf(lang, dream)
  return sendPage(
    c,
    { ...head, title: `${title} · ${name}` },
    <>
      <Back href={`/dreams/${encodeURIComponent(dream.id)}`}>
        <span class="unseen">{words[lang].back} </span>
        <Said>{name}</Said>
      </Back>
      <h1>{title}</h1>
      {body}
    </>,
  )
}

/** A list, or that it is empty. */
export const ListOrNone: FC<PropsWithChildren<{ c: PageContext; none: boolean; class?: string }>> = ({
  c,
  none,
  class: name = 'plain-list',
  children,
}) => (none ? <p class="hint">{words[c.get('lang')].none}</p> : <ul class={name}>{children}</ul>)
