import type { Child, FC } from 'hono/jsx'
import type { DreamWire } from '../../dreams/wire.ts'
import { type Lang, type Words, writeNumber, writeTime } from '../../words/language.ts'
import type { PageContext } from '../frame/context.ts'
import { Flowers } from '../frame/parts.tsx'
import { GiftStatus } from './gift-status.tsx'
import { shortUser } from './gift-words.ts'

const words = {
  zh: {
    title: '送小红花',
    have: '你有',
    amount: '送几朵？',
    one: (n: string) => `${n} 朵`,
    all: (n: string) => `全部 ${n} 朵`,
    other: '其他',
    number: '朵数',
    give: '送出',
    safe: '点两次也只算一次；断网也不会丢。',
    signIn: '登录后送花',
    signInWhy: '小红花记在你的账户里，登录后就能送。',
    none: '现在没有小红花可送。做一件好事就有了。',
    unreadable: '现在读不到你的账户，稍等一下再送。一朵也没有少。',
    reload: '刷新',
    earn: '去得小红花',
    closed: '现在不收花',
    published: (at: string) => `它从 ${at} 开始收花。`,
    closing: '它刚刚结束，最后几笔正在入账。',
    expired: '到期没有攒够，收到的小红花都会退回。',
    settling: '它已经攒够，收花的时间过了，正在公示。',
    done: '它已经攒够了花，不再收。谢谢大家！',
    others: '看看还在收花的梦想',
  },
  en: {
    title: 'Give flowers',
    have: 'You have',
    amount: 'How many?',
    one: (n: string) => n,
    all: (n: string) => `All ${n}`,
    other: 'Other',
    number: 'Flowers',
    give: 'Give',
    safe: 'Tapping twice counts once; a lost connection loses nothing.',
    signIn: 'Sign in to give',
    signInWhy: 'Your flowers are kept in your account. Sign in and give them.',
    none: 'You have no flowers to give now. A good act earns some.',
    unreadable: 'Your account cannot be read right now; give in a moment. No flower is missing.',
    reload: 'Reload',
    earn: 'Earn flowers',
    closed: 'No flowers can be given now',
    published: (at: string) => `It opens for flowers on ${at}.`,
    closing: 'It has just ended; the last gifts are being settled.',
    expired: 'It ended below its quota; every flower given to it goes back.',
    settling: 'It reached its quota, its time is over, and it waits for the decision.',
    done: 'It has the flowers it needs and takes no more. Thank you all!',
    others: 'See the dreams that still collect',
  },
} satisfies Words<object>

/** Amounts that are one tap; what the account does not hold is left out. */
const QUICK = [1, 5, 10, 50]

const OTHER = 'other'

export interface GivePanelProps {
  readonly c: PageContext
  readonly dream: DreamWire
  /** Null where nobody is signed in, and where the account does not answer now. */
  readonly balance: number | null
  /** What was typed as another amount, and what is wrong with it. */
  readonly typed?: { readonly amount: string; readonly error: string }
}

/** The place on a dream's page where flowers are given: an amount and a button, two taps. */
export const GivePanel: FC<GivePanelProps> = ({ c, dream, balance, typed }) => {
  const lang = c.get('lang')
  const session = c.get('session')
  const t = words[lang]
  const path = `/dreams/${dream.id}`
  if (!dream.collecting)
    return (
      <Panel title={t.closed}>
        <p>{whyNot(lang, dream)}</p>
        <p class="actions">
          <a class="button plain" href="/#dreams">
            {t.others}
          </a>
        </p>
      </Panel>
    )
  if (session && balance === null) return <Unreadable lang={lang} user={session.user} path={path} />
  if (session === null || balance === null)
    return (
      <Panel title={t.title}>
        <p>{t.signInWhy}</p>
        <p class="actions">
          <a class="button" href={`/sign-in?to=${encodeURIComponent(path)}`}>
            {t.signIn}
          </a>
        </p>
      </Panel>
    )
  return <GiveForm lang={lang} user={session.user} dream={dream} balance={balance} typed={typed} />
}

/** The account does not answer now. A gift that is under way is seen to its verdict all the same. */
const Unreadable = async ({ lang, user, path }: { lang: Lang; user: string; path: string }) => (
  <Panel title={words[lang].title}>
    <p>{words[lang].unreadable}</p>
    <p class="actions">
      <a class="button plain" href={path}>
        {words[lang].reload}
      </a>
    </p>
    <GiftStatus lang={lang} user={await shortUser(user)} path={path} />
  </Panel>
)

const Panel: FC<{ title: string; children?: Child }> = ({ title, children }) => (
  <section class="card give" id="give" aria-labelledby="give-title">
    <h2 id="give-title">{title}</h2>
    {children}
  </section>
)

function whyNot(lang: Lang, { state, opensAt }: DreamWire): string {
  const t = words[lang]
  if (state === 'published') return t.published(writeTime(lang, opensAt))
  if (state === 'closing' || state === 'expired' || state === 'settling') return t[state]
  return t.done
}

interface GiveFormProps {
  readonly lang: Lang
  readonly user: string
  readonly dream: DreamWire
  readonly balance: number
  readonly typed: GivePanelProps['typed'] | undefined
}

/** One form is at most one gift: its key is made with it, so sending it twice, or again after a silence, counts once. */
const GiveForm = async ({ lang, user, dream, balance, typed }: GiveFormProps) => {
  const t = words[lang]
  const path = `/dreams/${dream.id}`
  const short = await shortUser(user)
  const quick = QUICK.filter((amount) => amount === 1 || amount < balance)
  return (
    <Panel title={t.title}>
      <p class="give-balance" data-balance-line hidden={balance === 0}>
        {t.have}{' '}
        <span data-balance>
          <Flowers lang={lang} count={balance} />
        </span>
      </p>
      <form method="post" action={`${path}/give`} data-give={dream.id} novalidate hidden={balance === 0}>
        <input type="hidden" name="key" value={crypto.randomUUID()} autocomplete="off" />
        <input type="hidden" name="for" value={short} autocomplete="off" />
        <fieldset>
          <legend>{t.amount}</legend>
          <div class="amounts">
            {quick.map((amount, index) => (
              <Amount value={String(amount)} checked={!typed && index === 0}>
                {t.one(writeNumber(lang, amount))}
              </Amount>
            ))}
            <Amount value={String(balance)} checked={false} all disabled={balance < 2}>
              {t.all(writeNumber(lang, balance))}
            </Amount>
            <Amount value={OTHER} checked={typed !== undefined}>
              {t.other}
            </Amount>
          </div>
          <div class="field give-other">
            <label for="give-amount">{t.number}</label>
            <input
              id="give-amount"
              name="amount"
              type="text"
              inputmode="numeric"
              autocomplete="off"
              maxlength={20}
              value={typed?.amount ?? ''}
              aria-invalid={typed ? 'true' : undefined}
              autofocus={typed !== undefined}
              aria-describedby="give-amount-error"
            />
            <p class="error" id="give-amount-error">
              {typed?.error}
            </p>
          </div>
        </fieldset>
        <button type="submit">{t.give}</button>
        <p class="hint">{t.safe}</p>
      </form>
      <div data-none hidden={balance > 0}>
        <p>{t.none}</p>
        <p class="actions">
          <a class="button" href="/earn">
            {t.earn}
          </a>
        </p>
      </div>
      <GiftStatus lang={lang} user={short} path={path} />
    </Panel>
  )
}

/** One way to choose an amount; of one flower, `all` would be said twice. */
const Amount: FC<{
  value: string
  checked: boolean
  all?: boolean
  disabled?: boolean
  children?: Child
}> = ({ value, checked, all, disabled, children }) => (
  <label class="amount">
    <input
      type="radio"
      name="flowers"
      value={value}
      checked={checked}
      disabled={disabled}
      data-all={all ? '' : undefined}
    />
    <span>{children}</span>
  </label>
)
