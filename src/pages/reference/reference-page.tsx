import type { FC } from 'hono/jsx'
import { Problem } from '../../http/problem.ts'
import type { Lang } from '../../words/language.ts'
import type { PageContext } from '../frame/context.ts'
import { readInside } from '../frame/inside.ts'
import { sendPage } from '../frame/layout.tsx'
import { Pages } from '../frame/pages.tsx'
import { Back } from '../frame/parts.tsx'
import { type ApiDocument, type Group, groupsOf } from './document.ts'
import { groupTitle } from './group-words.ts'
import { MethodName, OperationPart } from './operation-parts.tsx'
import { Text } from './schema-parts.tsx'

/**
 * The API, for people, from the document that programs read. Written on the server by ourselves: the libraries made for it
 * are a megabyte of script each, need inline styles that our pages' policy forbids, and show nothing without script. Our
 * document comes from one generator, so its forms are few.
 */

const words = {
  zh: {
    title: '接口文档',
    lead: '本站能做的一切，程序也能做。说明文字为英文，与机器可读的文档同源。',
    file: 'OpenAPI 3.1 文档',
    basics: '先看这里',
    token: ['令牌：', '用户请求带 ', '；业务线按 Standard Webhooks 签名。'],
    keys: ['写入：', '花出小红花要带 ', '，同一个键重复发送只算一次。'],
    lists: ['列表：', '返回 ', '；把它作为 cursor 参数取下一页。'],
    errors: ['出错：', '返回 ', '，其中 code 不会改变含义。'],
    back: '全部接口',
    onPage: '本页',
    groups: '分组',
    count: (n: number) => `${n} 个接口`,
  },
  en: {
    title: 'API reference',
    lead: 'Whatever can be done here, programs can do too. All of it from the document that machines read.',
    file: 'OpenAPI 3.1 document',
    basics: 'Before you start',
    token: ['Tokens: ', 'users send ', '; lines sign by Standard Webhooks.'],
    keys: ['Writing: ', 'giving flowers takes an ', '; repeated with the same key, it counts once.'],
    lists: ['Lists: ', 'answer ', '; send it as cursor for the next page.'],
    errors: ['Errors: ', 'are ', ', with a code that keeps its meaning.'],
    back: 'All of the API',
    onPage: 'On this page',
    groups: 'Groups',
    count: (n: number) => (n === 1 ? '1 operation' : `${n} operations`),
  },
}

export const referencePages = new Pages()

referencePages.view('/reference', async (c) => {
  const t = words[c.get('lang')]
  const groups = groupsOf(await readDocument(c))
  return sendPage(
    c,
    { title: t.title, description: t.lead, styles: 'reference.css' },
    <div class="reference">
      <h1>{t.title}</h1>
      <p class="lead">{t.lead}</p>
      <p>
        <a href="/v1/openapi.json">{t.file}</a>
      </p>
      <Basics lang={c.get('lang')} />
      <nav aria-label={t.groups} class="groups">
        {groups.map(({ id }) => (
          <a href={`#group-${id}`}>{groupTitle(c.get('lang'), id)}</a>
        ))}
      </nav>
      {groups.map((group) => (
        <GroupList group={group} lang={c.get('lang')} />
      ))}
    </div>,
  )
})

referencePages.view('/reference/:group', async (c) => {
  const lang = c.get('lang')
  const t = words[lang]
  const document = await readDocument(c)
  const group = groupsOf(document).find(({ id }) => id === c.req.param('group'))
  if (!group) throw new Problem('not_found')
  const title = groupTitle(lang, group.id)
  return sendPage(
    c,
    { title: `${title} · ${t.title}`, styles: 'reference.css' },
    <div class="reference">
      <Back href="/reference">{t.back}</Back>
      <h1>{title}</h1>
      <nav aria-label={t.onPage}>
        <Entries group={group} at="" />
      </nav>
      {group.entries.map((entry) => (
        <OperationPart document={document} lang={lang} entry={entry} />
      ))}
    </div>,
  )
})

const readDocument = (c: PageContext): Promise<ApiDocument> => readInside(c, '/v1/openapi.json')

/** What holds for every operation. */
const Basics: FC<{ lang: Lang }> = ({ lang }) => {
  const t = words[lang]
  const facts = [
    [t.token, 'Authorization: Bearer <token>'],
    [t.keys, 'Idempotency-Key'],
    [t.lists, '{items, nextCursor}'],
    [t.errors, 'application/problem+json'],
  ] as const
  return (
    <section class="card" aria-labelledby="basics">
      <h2 id="basics">{t.basics}</h2>
      <ul class="fields">
        {facts.map(([[head, before, after], code]) => (
          <li>
            <strong>{head}</strong>
            {before}
            <code>{code}</code>
            {after}
          </li>
        ))}
      </ul>
    </section>
  )
}

const GroupList: FC<{ group: Group; lang: Lang }> = ({ group, lang }) => (
  <section class="card" aria-labelledby={`group-${group.id}`}>
    <h2 id={`group-${group.id}`}>
      <a href={`/reference/${group.id}`}>{groupTitle(lang, group.id)}</a>
    </h2>
    <p class="field-type">{words[lang].count(group.entries.length)}</p>
    <Entries group={group} at={`/reference/${group.id}`} />
  </section>
)

const Entries: FC<{ group: Group; at: string }> = ({ group, at }) => (
  <ul class="entries">
    {group.entries.map(({ id, method, path, operation }) => (
      <li>
        <a href={`${at}#${id}`}>
          <MethodName method={method} /> <code>{path}</code>
        </a>
        {operation.summary && (
          <span class="entry-said">
            <Text text={operation.summary} />
          </span>
        )}
      </li>
    ))}
  </ul>
)
