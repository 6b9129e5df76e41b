import type { DreamDetail } from '../../dreams/wire.ts'
import { type Problem, statusOf } from '../../http/problem.ts'
import { type Words, writeNumber } from '../../words/language.ts'
import type { PageContext } from '../frame/context.ts'
import { callInside } from '../frame/inside.ts'
import { sendPage } from '../frame/layout.tsx'
import { titleOf } from '../frame/names.ts'
import { Flowers, Notice, Said } from '../frame/parts.tsx'
import { describeProblem } from '../frame/problem-words.ts'
import { shortUser, tellGift } from './gift-words.ts'
import { GivePanel } from './give-panel.tsx'

const words = {
  zh: {
    given: (n: string) => `${n} 朵小红花已计入`,
    thanks: '谢谢你！它们已经记在账上，几秒内就会出现在梦想的进度里。',
    again: '这一份之前已经计入，只算一次，没有再扣。',
    left: '你还有',
    see: '看它的进度',
    mine: '我的花',
    earn: '再得几朵',
    unknown: '还不知道结果',
    unknownWhy: (n: string) =>
      `这 ${n} 朵可能已经计入，也可能没有。再试一次是安全的：同一份只算一次。“我的花”里看得到它算了没有。`,
    busy: '现在人太多',
    busyWhy: '稍等一下再试。同一份只算一次。',
    later: (seconds: string) => `请等 ${seconds} 秒。`,
    retry: (n: string) => `再试一次：送出这 ${n} 朵`,
    back: '回到这个梦想',
    to: '送给',
    other: '换了一个账户',
  },
  en: {
    given: (n: string) => (n === '1' ? '1 flower counted' : `${n} flowers counted`),
    thanks: 'Thank you! They are in the books, and show in its progress within seconds.',
    again: 'This gift was counted before, once; nothing more was taken.',
    left: 'You have',
    see: 'See its progress',
    mine: 'My flowers',
    earn: 'Earn more',
    unknown: 'Not known yet',
    unknownWhy: (n: string) =>
      `The ${n} may have been counted or not. Trying again is safe: the same gift counts once. “My flowers” shows whether it did.`,
    busy: 'Very busy right now',
    busyWhy: 'Wait a moment and try again. The same gift counts once.',
    later: (seconds: string) => (seconds === '1' ? 'Wait a second.' : `Wait ${seconds} seconds.`),
    retry: (n: string) => `Try again: give these ${n}`,
    back: 'Back to the dream',
    to: 'To',
    other: 'Another account',
  },
} satisfies Words<object>

/** A gift as a form asks for it. */
export interface AskedGift {
  readonly key: string
  /** NaN where what was typed is no number, which the API refuses. */
  readonly flowers: number
  /** What was typed as another amount. */
  readonly typed: string | null
}

/** What became of a gift, as the API said it. `balance` is null where it could not be read. */
export type GiftEnd =
  | {
      readonly kind: 'given'
      readonly flowers: number
      readonly replayed: boolean
      readonly balance: number | null
    }
  | { readonly kind: 'problem'; readonly problem: Problem; readonly balance: number | null }

/** The answer to the form of a gift, for a browser without script. */
export async function giftPage(c: PageContext, gift: AskedGift, end: GiftEnd): Promise<Response> {
  const path = `/dreams/${encodeURIComponent(c.req.param('dream') ?? '')}`
  const found = await callInside<DreamDetail>(c, `/v1${path}`)
  const dream = found.ok ? found.data : null
  const place: Place = { c, gift, path, dream }
  if (end.kind === 'given') return givenPage(place, end)
  const { code } = end.problem
  const status = statusOf(code)
  if (status >= 500 || status === 429 || code === 'idempotency_key_in_flight')
    return unknownPage(place, end.problem)
  return refusedPage(place, end.problem, end.balance)
}

/** The answer to a form that was made for somebody who is no longer signed in here. */
export function otherUserPage(c: PageContext): Promise<Response> {
  const lang = c.get('lang')
  const t = words[lang]
  return sendPage(
    c,
    { title: t.other, status: 403 },
    <>
      <h1>{t.other}</h1>
      <Notice tone="bad">
        <p>{tellGift(lang, 'other')}</p>
      </Notice>
      <p class="actions">
        <a class="button" href={`/dreams/${encodeURIComponent(c.req.param('dream') ?? '')}`}>
          {t.back}
        </a>
      </p>
    </>,
  )
}

interface Place {
  readonly c: PageContext
  readonly gift: AskedGift
  readonly path: string
  /** Null where it could not be read. */
  readonly dream: DreamDetail | null
}

function givenPage({ c, path, dream }: Place, end: Extract<GiftEnd, { kind: 'given' }>): Promise<Response> {
  const lang = c.get('lang')
  const t = words[lang]
  const title = t.given(writeNumber(lang, end.flowers))
  return sendPage(
    c,
    { title, status: 201 },
    <>
      <h1>{title}</h1>
      <Notice tone="good">
        <p>{end.replayed ? t.again : t.thanks}</p>
      </Notice>
      <DreamLine c={c} dream={dream} />
      {end.balance !== null && (
        <p>
          {t.left} <Flowers lang={lang} count={end.balance} />
        </p>
      )}
      <p class="actions">
        <a class="button" href={path}>
          {t.see}
        </a>
        <a class="button plain" href="/me">
          {t.mine}
        </a>
        <a class="button plain" href="/earn">
          {t.earn}
        </a>
      </p>
    </>,
  )
}

/** A page whose form sends the very same gift again, with its key: the only way that cannot count it twice. */
async function unknownPage({ c, gift, path, dream }: Place, problem: Problem): Promise<Response> {
  const lang = c.get('lang')
  const t = words[lang]
  const n = writeNumber(lang, gift.flowers)
  const busy = problem.code === 'rate_limited'
  const title = busy ? t.busy : t.unknown
  const retryAfter = problem.headers['Retry-After']
  const session = c.get('session')
  return sendPage(
    c,
    { title, status: statusOf(problem.code), headers: retryAfter ? { 'Retry-After': retryAfter } : {} },
    <>
      <h1>{title}</h1>
      <Notice tone="wait">
        <p>{busy ? t.busyWhy : t.unknownWhy(n)}</p>
        {retryAfter && <p>{t.later(writeNumber(lang, Number(retryAfter)))}</p>}
      </Notice>
      <DreamLine c={c} dream={dream} />
      <div class="actions">
        <form method="post" action={`${path}/give`}>
          <input type="hidden" name="key" value={gift.key} />
          <input type="hidden" name="for" value={session ? await shortUser(session.user) : ''} />
          <input type="hidden" name="flowers" value={String(gift.flowers)} />
          <button type="submit">{t.retry(n)}</button>
        </form>
        <a class="button plain" href="/me">
          {t.mine}
        </a>
        <a class="button plain" href={path}>
          {t.back}
        </a>
      </div>
    </>,
  )
}

function refusedPage(
  { c, gift, path, dream }: Place,
  problem: Problem,
  balance: number | null,
): Promise<Response> {
  const lang = c.get('lang')
  const t = words[lang]
  const { title, text } = describeProblem(lang, problem.code)
  const wrong = problem.code === 'invalid_request' || problem.code === 'insufficient_flowers'
  const error = problem.code === 'insufficient_flowers' ? title : tellGift(lang, 'amount')
  const typed = wrong && gift.typed !== null ? { amount: gift.typed, error } : undefined
  return sendPage(
    c,
    { title, status: statusOf(problem.code) },
    <>
      <h1>{title}</h1>
      <Notice tone="bad">
        <p>{text}</p>
      </Notice>
      <DreamLine c={c} dream={dream} />
      {dream && balance !== null && (
        <GivePanel c={c} dream={dream} balance={balance} {...(typed ? { typed } : {})} />
      )}
      <p class="actions">
        <a class="button plain" href={path}>
          {t.back}
        </a>
        <a class="button plain" href="/me">
          {t.mine}
        </a>
      </p>
    </>,
  )
}

const DreamLine = ({ c, dream }: Pick<Place, 'c' | 'dream'>) => {
  const lang = c.get('lang')
  return dream ? (
    <p class="lead">
      {words[lang].to}{' '}
      <a href={`/dreams/${dream.id}`}>
        <Said>{titleOf(lang, dream)}</Said>
      </a>
    </p>
  ) : null
}
