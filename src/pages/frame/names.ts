import type { Lang } from '../../words/language.ts'
import { shownText } from './text.ts'

/** What things are called in the language of a page: the other name stands in for one that was left empty. */

/** A dream's title. */
export const titleOf = (
  lang: Lang,
  { title, titleEn }: { readonly title: string; readonly titleEn: string | null },
): string => shownText((lang === 'en' && titleEn?.trim()) || title)

interface Named {
  readonly name: string
  readonly nameEn: string
  readonly id?: string
}

/** What a line, an organisation or a campaign is called; its id where it has no name at all. */
export function nameOf(lang: Lang, { name, nameEn, id = '' }: Named): string {
  const [first, second] = lang === 'en' ? [nameEn, name] : [name, nameEn]
  return shownText(first.trim() || second || id)
}
