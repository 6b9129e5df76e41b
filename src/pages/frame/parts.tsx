import type { Child, FC, PropsWithChildren } from 'hono/jsx'
import { type Lang, writeDate, writeNumber, writeTime } from './language.ts'

/** Small things that several pages are made of. */

/**
 * Text that someone else wrote. It is isolated, so that whatever direction marks it holds end with it (UAX #9), and it
 * says nothing of its own language.
 */
export const Said: FC<PropsWithChildren> = ({ children }) => <bdi>{children}</bdi>

/** Text of several lines that someone else wrote: a paragraph for each. */
export const Paragraphs: FC<{ text: string }> = ({ text }) => (
  <div class="said" dir="auto">
    {text
      .split(/\n+/)
      .filter((line) => line.trim() !== '')
      .map((line) => (
        <p dir="auto">{line}</p>
      ))}
  </div>
)

/** A flower count. */
export const Flowers: FC<{ lang: Lang; count: number }> = ({ lang, count }) => (
  <span class="flowers">
    <span aria-hidden="true">✿ </span>
    <span class="count">{writeNumber(lang, count)}</span>
    {lang === 'zh' ? ' 朵' : count === 1 ? ' flower' : ' flowers'}
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
