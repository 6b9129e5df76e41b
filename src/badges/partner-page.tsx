import type { FC } from 'hono/jsx'
import type { DreamDetail } from '../dreams/wire.ts'
import { readInside } from '../pages/frame/inside.ts'
import { PAGE_HEADERS, sendPage } from '../pages/frame/layout.tsx'
import { titleOf } from '../pages/frame/names.ts'
import { Pages } from '../pages/frame/pages.tsx'
import { Said, Section } from '../pages/frame/parts.tsx'
import type { Lang } from '../words/language.ts'
import { badgePath, COMPONENT_PATH, cardPath, dreamPath, embedPath } from './addresses.ts'
import { STYLES } from './badge.ts'
import { CARD_HEIGHT, CARD_WIDTH } from './card.ts'
import { EMBED_HEIGHT, EMBED_WIDTH, iframeOf } from './oembed.ts'
import { cleanText, escapeXml } from './text.ts'

/** What a partner pastes into a page of their own: one line for each form. */
export const partnerPages = new Pages()

const words = {
  zh: {
    title: '放到你的网页上',
    lead: '复制一行，贴到网页、README 或文章里。进度会自己更新，不收集任何人的信息。',
    back: '回到这个梦想',
    badge: '徽章',
    badgeHint: '适合 README。参数 label 改左边的字，参数 lang=en 换成英文。',
    styles: '其他四种样式（Markdown）',
    html: { badge: 'HTML：徽章', card: 'HTML：卡片', component: 'HTML：组件', frame: 'HTML：内嵌' },
    markdown: { badge: 'Markdown：徽章', card: 'Markdown：卡片' },
    style: (style: string) => `Markdown：${style}`,
    copy: '复制',
    copied: '已复制 ',
    failed: '没有复制成功，已经替你选中：',
    card: '卡片',
    cardHint: '一张带进度条的图片，适合文章。',
    component: '网页组件',
    componentHint: '一行就好：图片出来之前显示链接，页面开着时每 30 秒更新一次。',
    frame: '内嵌页面',
    frameHint: '不到 15 kB，没有脚本。支持 oEmbed 的网站直接贴上梦想的网址即可。',
    frameTitle: '内嵌页面预览',
    data: '给程序用',
    dataHint: 'shields.io 的 endpoint 文档',
  },
  en: {
    title: 'Put it on your page',
    lead: 'Copy one line into a page, a README or a post. It keeps itself up to date, and collects nothing of anyone.',
    back: 'Back to this dream',
    badge: 'Badge',
    badgeHint:
      'For a README. The parameter label changes what the left side says; without lang=en it is Chinese.',
    styles: 'Four other styles (Markdown)',
    html: {
      ...{ badge: 'HTML: badge', card: 'HTML: card' },
      ...{ component: 'HTML: component', frame: 'HTML: frame' },
    },
    markdown: { badge: 'Markdown: badge', card: 'Markdown: card' },
    style: (style: string) => `Markdown: ${style}`,
    copy: 'Copy',
    copied: 'Copied ',
    failed: 'Not copied, but selected for you: ',
    card: 'Card',
    cardHint: 'A picture with a bar, for a post.',
    component: 'Web component',
    componentHint:
      'One line: a link until the picture is there, and up to date every 30 seconds while someone looks.',
    frame: 'Frame',
    frameHint: 'Less than 15 kB, without script. Where oEmbed is known, the dream’s address alone is enough.',
    frameTitle: 'The frame, as it looks',
    data: 'For programs',
    dataHint: 'The endpoint document of shields.io',
  },
}

const MAX_TITLE = 120

/** Our own frame is shown on this page; no other page of ours shows any. */
const HEADERS = {
  'Content-Security-Policy': `${PAGE_HEADERS['Content-Security-Policy']}; frame-src 'self'`,
}

partnerPages.view('/dreams/:dream/badge', async (c) => {
  const dream = await readInside<DreamDetail>(
    c,
    `/v1/dreams/${encodeURIComponent(c.req.param('dream') ?? '')}`,
  )
  const lang = c.get('lang')
  const t = words[lang]
  const { origin } = new URL(c.req.url)
  const { id } = dream
  const title = cleanText(titleOf(lang, dream), MAX_TITLE)
  const page = origin + dreamPath(id, lang)
  const image = (path: string, size = '') => htmlImage(page, origin + path, title, size)
  const fallback = `<a href="${escapeXml(page)}">${escapeXml(title)}</a>`
  const component = `<script type="module" src="${origin}${COMPONENT_PATH}"></script><dream-badge dream="${id}" lang="${lang}" kind="card">${fallback}</dream-badge>`
  return sendPage(
    c,
    {
      title: t.title,
      headers: HEADERS,
      head: <script type="module" src={COMPONENT_PATH} />,
    },
    <>
      <h1>{t.title}</h1>
      <p class="lead">{t.lead}</p>
      <p class="copied" role="status" data-copied={t.copied} data-failed={t.failed} />
      <p>
        <a href={dreamPath(id, lang)}>
          {t.back}: <Said>{title}</Said>
        </a>
      </p>
      <Section id="badge" title={t.badge}>
        <p class="hint">{t.badgeHint}</p>
        <p>
          <img src={badgePath(id, lang)} alt={title} />
        </p>
        <Line lang={lang} id="line-html" label={t.html.badge} text={image(badgePath(id, lang))} />
        <Line
          lang={lang}
          id="line-flat"
          label={t.markdown.badge}
          text={markdown(page, origin + badgePath(id, lang), title)}
        />
        <details>
          <summary>{t.styles}</summary>
          <ul class="plain-list">
            {STYLES.filter((style) => style !== 'flat').map((style) => {
              const path = badgePath(id, lang, style)
              return (
                <li>
                  <p>
                    <img src={path} alt={`${title} (${style})`} loading="lazy" />
                  </p>
                  <Line
                    lang={lang}
                    id={`line-${style}`}
                    label={t.style(style)}
                    text={markdown(page, origin + path, title)}
                  />
                </li>
              )
            })}
          </ul>
        </details>
      </Section>
      <Section id="card" title={t.card}>
        <p class="hint">{t.cardHint}</p>
        <p>
          <img src={cardPath(id, lang)} alt={title} width={CARD_WIDTH} height={CARD_HEIGHT} />
        </p>
        <Line lang={lang} id="line-card" label={t.html.card} text={image(cardPath(id, lang), CARD_SIZE)} />
        <Line
          lang={lang}
          id="line-card-md"
          label={t.markdown.card}
          text={markdown(page, origin + cardPath(id, lang), title)}
        />
      </Section>
      <Section id="component" title={t.component}>
        <p class="hint">{t.componentHint}</p>
        <p>
          <dream-badge dream={id} lang={lang} kind="card">
            <a href={dreamPath(id, lang)}>
              <Said>{title}</Said>
            </a>
          </dream-badge>
        </p>
        <Line lang={lang} id="line-component" label={t.html.component} text={component} />
      </Section>
      <Section id="frame" title={t.frame}>
        <p class="hint">{t.frameHint}</p>
        <p>
          <iframe
            class="embed-frame"
            src={embedPath(id, lang)}
            title={t.frameTitle}
            width={EMBED_WIDTH}
            height={EMBED_HEIGHT}
            loading="lazy"
          />
        </p>
        <Line
          lang={lang}
          id="line-frame"
          label={t.html.frame}
          text={iframeOf(origin, dream, lang, EMBED_WIDTH, EMBED_HEIGHT)}
        />
      </Section>
      <Section id="data" title={t.data}>
        <Line
          lang={lang}
          id="line-data"
          label={t.dataHint}
          text={`${origin}/badges/${id}.json?lang=${lang}`}
        />
      </Section>
    </>,
  )
})

/** A line to copy. The button is the script's: without it the line is selected by hand. */
const Line: FC<{ lang: Lang; id: string; label: string; text: string }> = ({ lang, id, label, text }) => (
  <div class="field">
    <label for={id}>{label}</label>
    <div class="copy-line">
      <input id={id} class="line" type="text" readonly value={text} dir="ltr" spellcheck={false} />
      <button type="button" class="plain" data-copy={id} aria-label={`${words[lang].copy} ${label}`} hidden>
        {words[lang].copy}
      </button>
    </div>
  </div>
)

/** It keeps its shape where it has to be narrower, as on a phone. */
const CARD_SIZE = ` width="${CARD_WIDTH}" height="${CARD_HEIGHT}" style="max-width:100%;height:auto"`

const htmlImage = (page: string, image: string, title: string, size: string): string =>
  `<a href="${escapeXml(page)}"><img src="${escapeXml(image)}" alt="${escapeXml(title)}"${size}></a>`

/** A picture that is a link, as Markdown; what has a meaning there is escaped in the title. */
const markdown = (page: string, image: string, title: string): string =>
  `[![${title.replace(/[\\[\]<>`*_!&]/g, '\\$&')}](${image})](${page})`
