import type { FC } from 'hono/jsx'
import type { Words } from '../../words/language.ts'
import type { PageContext } from '../frame/context.ts'
import { asProblem, callInside, type Listed } from '../frame/inside.ts'
import { Pages, requireSession } from '../frame/pages.tsx'
import { Notice } from '../frame/parts.tsx'
import { dataOf, loadPart, paramOf } from './load.ts'

const words = {
  zh: {
    follow: '关注它',
    unfollow: '不再关注',
    followed: '已经关注，它的消息会出现在“我的花”里。',
    unfollowed: '不再关注它了。',
  },
  en: {
    follow: 'Follow it',
    unfollow: 'Unfollow',
    followed: 'You follow it: its news comes under “My flowers”.',
    unfollowed: 'You follow it no longer.',
  },
} satisfies Words<Record<string, string>>

/** Follows looked at. Whoever follows more and this one long since is offered to follow it, which changes nothing. */
const FOLLOWS_LOOKED_AT = 100

/** Whether whoever is signed in follows a dream; false for anyone else, and where that cannot be read now. */
export async function loadFollowing(c: PageContext, dream: string): Promise<boolean> {
  if (!c.get('session')) return false
  const follows = await loadPart<Listed<{ readonly dream: string }>>(
    c,
    `/v1/me/follows?pageSize=${FOLLOWS_LOOKED_AT}`,
  )
  return dataOf(follows)?.items.some((each) => each.dream === dream) ?? false
}

/** Follow or unfollow; who is not signed in is led to that first. */
export const FollowButton: FC<{ c: PageContext; dream: string; following: boolean }> = ({
  c,
  dream,
  following,
}) => {
  const t = words[c.get('lang')]
  const path = `/dreams/${encodeURIComponent(dream)}`
  if (!c.get('session'))
    return (
      <a class="button plain" href={`/sign-in?to=${encodeURIComponent(path)}`}>
        {t.follow}
      </a>
    )
  return (
    <form method="post" action={`${path}/${following ? 'unfollow' : 'follow'}`}>
      <button type="submit" class="plain">
        {following ? t.unfollow : t.follow}
      </button>
    </form>
  )
}

/** That it is followed, or no longer, where that was just done. */
export const FollowNotice: FC<{ c: PageContext }> = ({ c }) => {
  const done = c.req.query('done')
  return done === 'followed' || done === 'unfollowed' ? (
    <Notice tone="good">{words[c.get('lang')][done]}</Notice>
  ) : null
}

export const followPages = new Pages()

for (const [act, method, done] of [
  ['follow', 'PUT', 'followed'],
  ['unfollow', 'DELETE', 'unfollowed'],
] as const)
  followPages.action(`/dreams/:dream/${act}`, async (c) => {
    requireSession(c)
    const dream = paramOf(c, 'dream')
    const answer = await callInside(c, `/v1/me/follows/${dream}`, { method })
    if (!answer.ok) throw asProblem(answer)
    return c.redirect(`/dreams/${dream}?done=${done}`, 303)
  })
