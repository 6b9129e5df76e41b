import type { FollowedDream } from '../../supervision/follows-routes.ts'
import { asProblem, callInside, type Listed, readInside } from '../frame/inside.ts'
import { titleOf } from '../frame/names.ts'
import { Pages, requireSession } from '../frame/pages.tsx'
import { listQuery, nextOf } from '../frame/paging.ts'
import { Day, More, Notice, Said } from '../frame/parts.tsx'
import { sendMine } from './frame.tsx'

const words = {
  zh: {
    title: '我关注的梦想',
    none: '还没有关注的梦想。',
    because: { chosen: '主动关注', gave: '送过花', proposed: '我提出的' },
    since: '自',
    stop: '取消关注',
    stopOf: (title: string) => `取消关注：${title}`,
    stopped: '已取消关注。',
    more: '更早的',
  },
  en: {
    title: 'Dreams I follow',
    none: 'You follow no dream yet.',
    because: { chosen: 'chosen', gave: 'gave to it', proposed: 'proposed it' },
    since: 'since',
    stop: 'Unfollow',
    stopOf: (title: string) => `Unfollow: ${title}`,
    stopped: 'Not followed any more.',
    more: 'Earlier',
  },
}

export const followsPages = new Pages()

followsPages.view('/me/follows', async (c) => {
  requireSession(c)
  const lang = c.get('lang')
  const t = words[lang]
  const { items, nextCursor } = await readInside<Listed<FollowedDream>>(
    c,
    `/v1/me/follows${listQuery(c, { pageSize: 50 })}`,
  )
  return sendMine(
    c,
    'follows',
    { title: t.title },
    <>
      <h1>{t.title}</h1>
      {c.req.query('done') === 'unfollowed' && <Notice tone="good">{t.stopped}</Notice>}
      {items.length === 0 && <p>{t.none}</p>}
      <ul class="plain-list">
        {items.map((dream) => {
          const title = titleOf(lang, dream)
          return (
            <li>
              <a href={dream.published ? `/dreams/${dream.dream}` : `/proposals/${dream.dream}`}>
                <Said>{title}</Said>
              </a>
              <div class="row">
                <span class="small">
                  {dream.because.map((reason) => t.because[reason]).join(' · ')} · {t.since}{' '}
                  <Day lang={lang} time={dream.since} />
                </span>
                <form method="post" action="/me/follows/remove">
                  <input type="hidden" name="dream" value={dream.dream} />
                  <button type="submit" class="quiet" aria-label={t.stopOf(title)}>
                    {t.stop}
                  </button>
                </form>
              </div>
            </li>
          )
        })}
      </ul>
      <More href={nextOf('/me/follows', nextCursor)}>{t.more}</More>
    </>,
  )
})

followsPages.action('/me/follows/remove', async (c, form) => {
  const answer = await callInside(c, `/v1/me/follows/${encodeURIComponent(form.text('dream'))}`, {
    method: 'DELETE',
  })
  if (!answer.ok) throw asProblem(answer)
  return c.redirect('/me/follows?done=unfollowed', 303)
})
