import type { Child, FC, PropsWithChildren } from 'hono/jsx'
import { type Lang, writeDate, writeNumber, writeTime } from '../../words/language.ts'
import { langOf, shownText } from './text.ts'

/** Small things that several pages are made of. */

/**
 * Text that someone else wrote, without what would turn its order, and isolated, so that whatever direction it has ends
 * with it (UAX #9). Where it is Chinese it says so: on an English page it is read aloud as what it is.
 */
export const Said: FC<{ children?: Child }> = ({ children }) => {
  const shown = [children].flat(Number.POSITIVE_INFINITY as 1).map(shownChild)
  const texts = shown.filter((child) => typeof child === 'string')
  return <bdi lang={langOf(texts.join(' '))}>{shown}</bdi>
}

const shownChild = (child: Child): Child => (typeof child === 'string' ? shownText(child) : child)

/** Text of several lines that someone else wrote: a paragraph for each. */
export const Paragraphs: FC<{ text: string }> = ({ text }) => (
  <div class="said" dir="auto" lang={langOf(text)}>
    {shownText(text)
      .split(/\n+/)
      .filter((line) => line.trim() !== '')
      .map((line) => (
        <p dir="auto">{line}</p>
      ))}
  </div>
)

/** Text that someone else wrote as one paragraph; `class` says whether its lines are kept. */
export const SaidParagraph: FC<{ text: string; class: 'lead' | 'as-typed' }> = ({ text, class: style }) => (
  <p class={style} dir="auto" lang={langOf(text)}>
    {shownText(text)}
  </p>
)

/** A flower count. The page's script writes another number in it, so no word beside it depends on the number. */
export const Flowers: FC<{ lang: Lang; count: number }> = ({ lang, count }) => (
  <span class="flowers">
    <span aria-hidden="true">✿ </span>
    {lang === 'en' && <span class="unseen">Flowers: </span>}
    <span class="count">{writeNumber(lang, count)}</span>
    {lang === 'zh' && ' 朵'}
  </span>
)

/** A day that machines can read too. */
export const Day: FC<{ lang: Lang; time: string }> = ({ lang, time }) => (
  <time datetime={time}>{writeDate(lang, time)}</time>
)

/** A moment that machines can read too. */
export const Moment: FC<{ lang: Lang; time: string }> = ({ lang, time }) => (
  <time datetime={time}>{writeTime(lang, time)}</time>
)

/** How far something is, as a bar; `value` may be past `max`. */
export const Bar: FC<{ value: number; max: number; label: string }> = ({ value, max, label }) => (
  <progress class="bar" value={Math.min(value, max)} max={max} aria-label={label}>
    {Math.floor((value / max) * 100)}%
  </progress>
)

export type Tone = 'good' | 'bad' | 'wait' | 'plain'

/** What became of something, told at once to those who cannot see it too. */
export const Notice: FC<PropsWithChildren<{ tone: Tone }>> = ({ tone, children }) => (
  <div class={`notice ${tone}`} role={tone === 'bad' ? 'alert' : 'status'}>
    {children}
  </div>
)

/** A state in a word. */
export const Pill: FC<PropsWithChildren<{ tone?: Tone }>> = ({ tone = 'plain', children }) => (
  <span class={`pill ${tone}`}>{children}</span>
)

/** A part of a page with its heading. */
export const Section: FC<PropsWithChildren<{ id: string; title: Child }>> = ({ id, title, children }) => (
  <section class="part" aria-labelledby={`${id}-title`}>
    <h2 id={`${id}-title`}>{title}</h2>
    {children}
  </section>
)

/** The way back to the page that this one stands under. */
export const Back: FC<PropsWithChildren<{ href: string }>> = ({ href, children }) => (
  <p class="back">
    <a href={href}>
      <span aria-hidden="true">← </span>
      {children}
    </a>
  </p>
)

/** A labelled field of a form. `hint` says what is expected, `error` what is wrong with what was given. */
export const Field: FC<
  PropsWithChildren<{ id: string; label: string; hint?: string | undefined; error?: string | undefined }>
> = ({ id, label, hint, error, children }) => (
  <div class="field">
    <label for={id}>{label}</label>
    {hint && (
      <p class="hint" id={`${id}-hint`}>
        {hint}
      </p>
    )}
    {children}
    {error && (
      <p class="error" id={`${id}-error`}>
        {error}
      </p>
    )}
  </div>
)

/** What ties the control of a `Field` to its hint and its error. */
export const tiedTo = (id: string, hint: unknown, error: unknown) => ({
  'aria-describedby':
    [hint ? `${id}-hint` : '', error ? `${id}-error` : ''].filter(Boolean).join(' ') || undefined,
  'aria-invalid': error ? ('true' as const) : undefined,
})

/** One of a few, all in view. */
export const RadioField: FC<{
  id: string
  name: string
  label: string
  options: readonly (readonly [value: string, text: string])[]
  chosen: string | undefined
  error: string | undefined
}> = ({ id, name, label, options, chosen, error }) => (
  <fieldset aria-describedby={error ? `${id}-error` : undefined}>
    <legend>{label}</legend>
    {options.map(([value, text]) => (
      <label class="choice">
        <input type="radio" name={name} value={value} checked={value === chosen} required />
        {text}
      </label>
    ))}
    {error && (
      <p class="error" id={`${id}-error`}>
        {error}
      </p>
    )}
  </fieldset>
)

/** A way on to the rest of a list; nothing at its end. */
export const More: FC<{ href: string | null; children?: Child }> = ({ href, children }) =>
  href === null ? null : (
    <p>
      <a href={href} rel="next">
        {children}
      </a>
    </p>
  )
