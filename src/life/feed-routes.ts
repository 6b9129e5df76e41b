import { campaignId } from '../campaigns/ids.ts'
import { findCampaign } from '../campaigns/store.ts'
import { dreamParam, readDreamId } from '../dreams/params.ts'
import { loadDream } from '../dreams/store.ts'
import { Api, type AppContext, problems } from '../http/api.ts'
import { readDatabase } from '../http/backends.ts'
import { checkAgainst } from '../http/body.ts'
import { cachedText } from '../http/cached-reads.ts'
import { Problem } from '../http/problem.ts'
import { z } from '../http/zod.ts'
import { type AtomEntry, writeAtom } from './atom.ts'
import { listCampaignNews, listDreamNews, type NewsRow } from './news-store.ts'
import { wordsOf } from './news-wire.ts'

/** Entries of a feed: the newest. A reader that looks in once a day misses none of a dream's. */
const MAX_FEED_ENTRIES = 50

const MEDIA_TYPE = 'application/atom+xml'

const AUTHOR = { zh: '一花一梦想', en: 'One Flower, One Dream' } as const

const langQuery = z.object({ lang: z.enum(['zh', 'en']).default('zh') })

type Lang = z.output<typeof langQuery>['lang']

const campaignParam = z.object({ campaign: campaignId })

const feed = {
  description: 'An Atom feed (RFC 4287)',
  content: { [MEDIA_TYPE]: { schema: z.string() } },
}

export const feedRoutes = new Api()

feedRoutes.describe(
  {
    method: 'get',
    path: '/v1/dreams/{dream}/feed.atom',
    summary: 'The newest 50 pieces of news of a dream, as an Atom feed',
    request: { params: dreamParam, query: langQuery },
    responses: { 200: feed, ...problems('invalid_request', 'dream_not_found', 'unavailable') },
  },
  async (c) => {
    const id = readDreamId(c)
    const answer = await answerFeed(c, `dream/${id}`, async () => {
      const dream = await loadDream(c.env.DB, id)
      if (!dream) return null
      const rows = await listDreamNews(c.env.DB, id, Number.MAX_SAFE_INTEGER, MAX_FEED_ENTRIES)
      const title = { zh: dream.title, en: dream.titleEn }
      return { title, rows, emptySince: Math.min(dream.opensAt, dream.asOf) }
    })
    if (!answer) throw new Problem('dream_not_found')
    return answer
  },
)

feedRoutes.describe(
  {
    method: 'get',
    path: '/v1/campaigns/{campaign}/feed.atom',
    summary: 'The newest 50 pieces of news of a campaign’s dreams, as an Atom feed',
    request: { params: campaignParam, query: langQuery },
    responses: { 200: feed, ...problems('invalid_request', 'campaign_not_found', 'unavailable') },
  },
  async (c) => {
    const named = campaignId.safeParse(c.req.param('campaign'))
    if (!named.success) throw new Problem('campaign_not_found')
    const id = named.data
    const answer = await answerFeed(c, `campaign/${id}`, async () => {
      const campaign = await findCampaign(c.env.DB, id)
      if (!campaign) return null
      const rows = await listCampaignNews(c.env.DB, id, Number.MAX_SAFE_INTEGER, MAX_FEED_ENTRIES)
      const title = { zh: campaign.name, en: campaign.nameEn }
      return { title, rows, emptySince: campaign.createdAt, namesDreams: true }
    })
    if (!answer) throw new Problem('campaign_not_found')
    return answer
  },
)

interface FeedContent {
  readonly title: Readonly<Record<Lang, string>>
  /** Newest first. */
  readonly rows: readonly NewsRow[]
  /** ms since 1970. */
  readonly emptySince: number
  /** Whether an entry's title says which dream it is of. */
  readonly namesDreams?: true
}

/** A feed from a cached read; null where `load` finds nothing. `subject` is in its id and in the cache's key. */
async function answerFeed(
  c: AppContext,
  subject: string,
  load: () => Promise<FeedContent | null>,
): Promise<Response | null> {
  const { lang } = checkAgainst(langQuery, c.req.query())
  const { origin, pathname } = new URL(c.req.url)
  // Its own address stands in it, so each origin has its own.
  const key = `feeds/${encodeURIComponent(origin)}/${subject}/${lang}`
  return cachedText(c.req.raw, key, MEDIA_TYPE, c.executionCtx, async () => {
    const content = await readDatabase(load)
    return (
      content &&
      writeAtom({
        id: `urn:one-flower-one-dream:feed:${subject.replace('/', ':')}:${lang}`,
        lang: lang === 'zh' ? 'zh-CN' : 'en',
        title: content.title[lang],
        author: AUTHOR[lang],
        self: `${origin}${pathname}${lang === 'zh' ? '' : `?lang=${lang}`}`,
        entries: content.rows.map((row) => toEntry(row, lang, origin, content.namesDreams)),
        emptySince: content.emptySince,
      })
    )
  })
}

function toEntry(row: NewsRow, lang: Lang, origin: string, namesDream: true | undefined): AtomEntry {
  const { title, titleEn, text, textEn } = wordsOf(row)
  const told = lang === 'zh' ? title : titleEn
  const dream = lang === 'zh' ? row.dreamTitle : row.dreamTitleEn
  const about = row.dream === null ? `/v1/campaigns/${row.campaign}` : `/v1/dreams/${row.dream}`
  return {
    id: `urn:one-flower-one-dream:news:${row.id}:${lang}`,
    title: namesDream && dream ? (lang === 'zh' ? `${dream}：${told}` : `${dream}: ${told}`) : told,
    text: lang === 'zh' ? text : textEn,
    about: origin + about,
    at: row.at,
  }
}
