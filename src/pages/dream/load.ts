import type { DreamDetail } from '../../dreams/wire.ts'
import type { Lang } from '../../words/language.ts'
import type { PageContext } from '../frame/context.ts'
import { asProblem, callInside, readInside } from '../frame/inside.ts'
import { nameOf } from '../frame/names.ts'

/** How the pages of a dream read what they show. */

/** What a page can be without: `absent` is not there (404), `silent` does not answer now. */
export type Part<T> =
  | { readonly kind: 'here'; readonly data: T }
  | { readonly kind: 'absent' }
  | { readonly kind: 'silent' }

export const ABSENT = { kind: 'absent' } as const

/** Reads a part of a page; that it is missing or silent is a value. Throws any other refusal. */
export async function loadPart<T>(c: PageContext, path: string): Promise<Part<T>> {
  const answer = await callInside<T>(c, path)
  if (answer.ok) return { kind: 'here', data: answer.data }
  if (answer.status === 404) return ABSENT
  if (answer.status === 429 || answer.status >= 500) return { kind: 'silent' }
  throw asProblem(answer)
}

/** What a part holds; null where it is not here. */
export const dataOf = <T>(part: Part<T>): T | null => (part.kind === 'here' ? part.data : null)

/** The part of a page's path that names something, as a path of the API writes it. */
export const paramOf = (c: PageContext, name: string): string => encodeURIComponent(c.req.param(name) ?? '')

/** The dream that a page's path names. Throws dream_not_found (404) and unavailable (503). */
export const readDream = (c: PageContext): Promise<DreamDetail> =>
  readInside<DreamDetail>(c, `/v1/dreams/${paramOf(c, 'dream')}`)

interface Named {
  readonly organisation: string
  readonly name: string
  readonly nameEn: string
}

/** What an organisation is called, as one of a dream's co-creators; its id where it is none of them. */
export function organisationName(lang: Lang, coCreators: readonly Named[], id: string): string {
  const found = coCreators.find(({ organisation }) => organisation === id)
  return found ? nameOf(lang, found) : id
}
