import type { FC } from 'hono/jsx'
import type { DreamWire } from '../dreams/wire.ts'
import type { PageContext } from '../pages/frame/context.ts'
import { titleOf } from '../pages/frame/names.ts'
import { htmlLang, type Lang, writeNumber } from '../words/language.ts'
import { dreamPath, oembedPath, picturePath } from './addresses.ts'
import { PICTURE_HEIGHT, PICTURE_WIDTH } from './share-picture.ts'
import { cleanText } from './text.ts'
import { messageOf } from './wording.ts'

const words = {
  zh: { site: '一花一梦想', feed: '动态', locale: 'zh_CN', flowers: '小红花' },
  en: { site: 'One Flower, One Dream', feed: 'News', locale: 'en_GB', flowers: 'Little red flowers' },
}

/** Longest title and description that are told; sites cut them off earlier. */
const MAX_TITLE = 120
const MAX_DESCRIPTION = 200

/** What a dream's page says in its head to those who share it: Open Graph, oEmbed discovery, its feed. */
export const ShareHead: FC<{ c: PageContext; dream: DreamWire }> = ({ c, dream }) => {
  const lang: Lang = c.get('lang')
  const t = words[lang]
  const { origin } = new URL(c.req.url)
  const title = cleanText(titleOf(lang, dream), MAX_TITLE)
  const progress = `${t.flowers}: ${messageOf(dream, lang)}`
  // Only the summary that was proposed is there, in the language it was proposed in.
  const description =
    lang === 'zh' && dream.summary ? `${cleanText(dream.summary, MAX_DESCRIPTION)} ${progress}` : progress
  const address = origin + dreamPath(dream.id, lang)
  const picture = origin + picturePath(dream.id)
  const feed = `/v1/dreams/${dream.id}/feed.atom${lang === 'zh' ? '' : `?lang=${lang}`}`
  return (
    <>
      <link rel="canonical" href={address} />
      {(['zh', 'en'] as const).map((each) => (
        <link rel="alternate" hreflang={htmlLang[each]} href={`${origin}/dreams/${dream.id}?lang=${each}`} />
      ))}
      <link
        rel="alternate"
        type="application/json+oembed"
        href={origin + oembedPath(address)}
        title={title}
      />
      <link rel="alternate" type="application/atom+xml" href={feed} title={`${title} · ${t.feed}`} />
      <meta property="og:type" content="website" />
      <meta property="og:site_name" content={t.site} />
      <meta property="og:locale" content={t.locale} />
      <meta property="og:url" content={address} />
      <meta property="og:title" content={title} />
      <meta property="og:description" content={description} />
      <meta property="og:image" content={picture} />
      <meta property="og:image:type" content="image/png" />
      <meta property="og:image:width" content={String(PICTURE_WIDTH)} />
      <meta property="og:image:height" content={String(PICTURE_HEIGHT)} />
      <meta
        property="og:image:alt"
        content={`${title}: ${writeNumber(lang, dream.flowers)} / ${writeNumber(lang, dream.quota)}`}
      />
      <meta name="twitter:card" content="summary_large_image" />
    </>
  )
}
