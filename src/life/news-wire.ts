import { rfc3339 } from '../http/wire.ts'
import { z } from '../http/zod.ts'
import { describeNews, type Words } from './feeds.ts'
import { NEWS_KINDS } from './news.ts'
import type { NewsRow } from './news-store.ts'

/** How news is written in answers. */

export const newsShape = {
  id: z.string(),
  dream: z.string().nullable(),
  dreamTitle: z.string().nullable(),
  dreamTitleEn: z.string().nullable(),
  campaign: z.string().nullable(),
  kind: z.enum(NEWS_KINDS),
  at: z.iso.datetime(),
  title: z.string(),
  titleEn: z.string(),
  text: z.string().describe('Lines of plain text; empty where the title says it all.'),
  textEn: z.string(),
  data: z.record(z.string(), z.unknown()).describe('What it tells, by its kind; never a person.'),
}

/** A piece of news in words. */
export function wordsOf({ kind, data, organisationName, organisationNameEn }: NewsRow): Words {
  const names = organisationName === null ? {} : { name: organisationName, nameEn: organisationNameEn }
  return describeNews(kind, { ...JSON.parse(data), ...names })
}

export function newsToWire(row: NewsRow) {
  const { id, dream, dreamTitle, dreamTitleEn, campaign, kind } = row
  return {
    id: String(id),
    ...{ dream, dreamTitle, dreamTitleEn, campaign, kind },
    at: rfc3339(row.at),
    ...wordsOf(row),
    data: JSON.parse(row.data) as Record<string, unknown>,
  }
}

export type NewsWire = ReturnType<typeof newsToWire>
