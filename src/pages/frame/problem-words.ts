import { type ProblemCode, statusOf } from '../../http/problem.ts'
import type { Lang, Words } from '../../words/language.ts'

/** What the problems of the API mean to a person, by code where that says more than the status does. */

interface Telling {
  readonly title: string
  readonly text: string
}

const BY_CODE: Partial<Record<ProblemCode, Words<Telling>>> = {
  insufficient_flowers: {
    zh: { title: '小红花不够', text: '账户里没有这么多小红花，一朵也没有扣。做点好事再来吧。' },
    en: {
      title: 'Not enough flowers',
      text: 'Your account does not hold that many; none were taken. Earn some and come back.',
    },
  },
  dream_not_collecting: {
    zh: { title: '这个梦想现在不收花', text: '它还没有开始，或者已经结束。一朵也没有扣。' },
    en: {
      title: 'This dream takes no flowers now',
      text: 'It has not begun, or it is over. No flower was taken.',
    },
  },
  account_deleted: {
    zh: { title: '这个账户已注销', text: '注销后的账户不能再做什么。' },
    en: { title: 'This account was deleted', text: 'Nothing more can be done from it.' },
  },
  operator_only: {
    zh: { title: '只有运营者能看', text: '这一页属于平台的工作台。' },
    en: { title: 'For operators only', text: 'This page belongs to the desk of those who run the platform.' },
  },
  cross_site: {
    zh: { title: '请求没有执行', text: '它不是从本站的页面发出的。请回到页面上再试一次。' },
    en: {
      title: 'Nothing was done',
      text: 'This was not sent from a page of ours. Go back to the page and try again.',
    },
  },
  outcome_unknown: {
    zh: { title: '还不知道结果', text: '刚才的请求可能已经办成。原样再试一次是安全的，不会重复。' },
    en: {
      title: 'Not known yet',
      text: 'It may have been done. Trying exactly the same again is safe: it counts once.',
    },
  },
  idempotency_key_reused: {
    zh: { title: '这张表单用过了', text: '之前那一份照旧，这次一朵也没有再扣。' },
    en: { title: 'This form was used before', text: 'What it did then stands; nothing more was taken.' },
  },
  dream_not_found: {
    zh: { title: '没有这个梦想', text: '地址可能写错了。一朵也没有扣。' },
    en: { title: 'There is no such dream', text: 'The address may be mistyped. No flower was taken.' },
  },
  limit_reached: {
    zh: { title: '到上限了', text: '这样的已经有最多的数量。' },
    en: { title: 'That is the limit', text: 'There are as many of these as there may be.' },
  },
}

const BY_STATUS: Readonly<Record<number, Words<Telling>>> = {
  400: {
    zh: { title: '没看懂这个请求', text: '有一处填得不对。' },
    en: { title: 'That was not understood', text: 'Something in it is not as it should be.' },
  },
  401: {
    zh: { title: '请先登录', text: '这一页只给登录的人看。' },
    en: { title: 'Please sign in', text: 'This page is for those who are signed in.' },
  },
  403: {
    zh: { title: '这里不对你开放', text: '你的账户不能做这件事。' },
    en: { title: 'Not yours to open', text: 'Your account may not do this.' },
  },
  404: {
    zh: { title: '这里什么也没有', text: '地址可能写错了，或者它已经不在了。' },
    en: { title: 'There is nothing here', text: 'The address may be mistyped, or it is gone.' },
  },
  405: {
    zh: { title: '不能这样打开', text: '这个地址不接受这样的请求。' },
    en: { title: 'Not this way', text: 'This address does not take such a request.' },
  },
  409: {
    zh: { title: '现在不能这样做', text: '情况已经变了。请刷新看看现在的样子。' },
    en: { title: 'Not in the state it is in', text: 'Something changed. Reload to see how it stands now.' },
  },
  413: {
    zh: { title: '太大了', text: '请缩短或缩小后再试。' },
    en: { title: 'Too large', text: 'Make it shorter or smaller and try again.' },
  },
  422: {
    zh: { title: '不能接受', text: '有一处填得不对。' },
    en: { title: 'That cannot be taken', text: 'Something in it is not as it should be.' },
  },
  429: {
    zh: { title: '太快了', text: '请求太多，什么也没有做。' },
    en: { title: 'Too fast', text: 'Too many requests; nothing was done.' },
  },
  500: {
    zh: { title: '我们这边出错了', text: '已经记下来了。' },
    en: { title: 'Something is wrong on our side', text: 'It was written down.' },
  },
  503: {
    zh: { title: '一时答不上来', text: '有一部分服务暂时没有应答。' },
    en: { title: 'Not available right now', text: 'A part of the service does not answer.' },
  },
}

const UNKNOWN: Words<Telling> = {
  zh: { title: '没有成功', text: '什么也没有做。' },
  en: { title: 'That did not work', text: 'Nothing was done.' },
}

/** What a problem means. */
export function describeProblem(lang: Lang, code: ProblemCode): Telling {
  return (BY_CODE[code] ?? BY_STATUS[statusOf(code)] ?? UNKNOWN)[lang]
}
