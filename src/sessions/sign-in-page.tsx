import type { FC } from 'hono/jsx'
import { readConfig } from '../env.ts'
import type { PageContext } from '../pages/frame/context.ts'
import { sendPage } from '../pages/frame/layout.tsx'
import { Notice, Pill, Said } from '../pages/frame/parts.tsx'
import type { Words } from '../words/language.ts'
import type { Failure } from './oidc.ts'
import type { Session } from './session.ts'

/** The page to sign in at, which also says who is signed in and why someone was not. */

const words = {
  zh: {
    title: '登录',
    lead: '登录后可以领小红花、送小红花，看到自己的每一笔。',
    provider: '登录',
    leaves: (host: string) => `会前往 ${host}，确认之后回到这里。我们不经手密码，也不会拿到你的联系方式。`,
    again: '再登录一次',
    nothing: '这里还没有开通登录。梦想、数据和反馈不登录也都能看。',
    wall: '去看梦想',
    local: '本机试用：一键登录，只在本机运行时才有。',
    guest: '以访客身份进入',
    operator: '以运营者身份进入',
    here: '你已登录',
    operatorRole: '运营者',
    goOn: '继续',
    signOut: '退出登录',
    problems: {
      denied: '登录被取消了，你没有登录。想好了可以再来。',
      stale: '这次登录不是从这个浏览器开始的，或者拖得太久、已经用过。你没有登录，请再来一次。',
      refused: '登录方送回来的信息核对不上，你没有登录。请再试一次；一直这样的话，请告诉我们。',
      account: '登录方给出的账户这里无法使用，你没有登录。请换一个账户，或者告诉我们。',
      silent: '登录方暂时没有应答，你没有登录。请过几秒再试。',
    },
  },
  en: {
    title: 'Sign in',
    lead: 'Signed in, you can earn flowers, give them, and see every one of yours.',
    provider: 'Sign in',
    leaves: (host: string) =>
      `This leads to ${host} and back here. No password passes through us, and we do not learn how to contact you.`,
    again: 'Sign in again',
    nothing:
      'Signing in is not set up here yet. Dreams, numbers and reports are open to everyone without it.',
    wall: 'See the dreams',
    local: 'A local run: one click is enough. This does not exist anywhere else.',
    guest: 'Come in as a guest',
    operator: 'Come in as an operator',
    here: 'You are signed in',
    operatorRole: 'Operator',
    goOn: 'Go on',
    signOut: 'Sign out',
    problems: {
      denied: 'The sign-in was cancelled, and you are not signed in. Come back any time.',
      stale:
        'This sign-in did not begin in this browser, took too long, or was used already. You are not signed in; please start again.',
      refused:
        'What the provider sent does not hold, so you are not signed in. Please try again, and tell us if it stays that way.',
      account:
        'The provider names an account that cannot be used here, so you are not signed in. Try another one, or tell us.',
      silent:
        'The provider does not answer right now, so you are not signed in. Please try again in a few seconds.',
    },
  },
} satisfies Words<object>

/** Seconds after which a provider that did not answer is worth asking again. */
const COME_BACK_SECONDS = 5

export interface SignIn {
  /** A path of ours to go on to. */
  readonly to: string
  /** Why the last try came to nothing. */
  readonly problem?: Failure | undefined
  /** Where the provider did not answer just now. */
  readonly status?: 503
}

/** Sends the page. */
export function signInPage(c: PageContext, { to, problem, status }: SignIn): Promise<Response> {
  const t = words[c.get('lang')]
  const session = c.get('session')
  return sendPage(
    c,
    {
      title: t.title,
      ...(status ? { status, headers: { 'Retry-After': String(COME_BACK_SECONDS) } } : {}),
    },
    <div class="sign-in">
      <h1>{session ? t.here : t.title}</h1>
      {problem && !session && <Notice tone="bad">{t.problems[problem]}</Notice>}
      {session ? <Here c={c} session={session} to={to} /> : <Ways c={c} to={to} again={!!problem} />}
    </div>,
  )
}

const Here: FC<{ c: PageContext; session: Session; to: string }> = ({ c, session, to }) => {
  const t = words[c.get('lang')]
  return (
    <div class="card">
      <p class="who">
        <Said>{session.name ?? session.user}</Said> {session.operator && <Pill>{t.operatorRole}</Pill>}
      </p>
      <div class="actions">
        <a class="button" href={to}>
          {t.goOn}
        </a>
        <form method="post" action="/sign-out">
          <button type="submit" class="plain">
            {t.signOut}
          </button>
        </form>
      </div>
    </div>
  )
}

/** The ways to sign in that there are here. */
const Ways: FC<{ c: PageContext; to: string; again: boolean }> = ({ c, to, again }) => {
  const t = words[c.get('lang')]
  const { signIn, localSigningKey } = readConfig(c.env)
  if (!signIn && !localSigningKey)
    return (
      <div class="card">
        <p>{t.nothing}</p>
        <p class="actions">
          <a class="button" href="/">
            {t.wall}
          </a>
        </p>
      </div>
    )
  return (
    <>
      <p class="lead">{t.lead}</p>
      {signIn && (
        <div class="card">
          <p class="actions">
            {/* A link and no form: the policy of our pages holds forms to ourselves, redirects of theirs too. */}
            <a class="button" href={`/sign-in/provider?to=${encodeURIComponent(to)}`} rel="nofollow">
              {again ? t.again : t.provider}
            </a>
          </p>
          <p class="hint">{t.leaves(hostOf(signIn.issuer))}</p>
        </div>
      )}
      {localSigningKey && (
        <div class="card">
          <p>{t.local}</p>
          <div class="actions">
            <form method="post" action="/sign-in/guest">
              <input type="hidden" name="to" value={to} />
              <button type="submit">{t.guest}</button>
            </form>
            <form method="post" action="/sign-in/operator">
              <input type="hidden" name="to" value={to} />
              <button type="submit" class="plain">
                {t.operator}
              </button>
            </form>
          </div>
        </div>
      )}
    </>
  )
}

const hostOf = (address: string): string => (URL.canParse(address) ? new URL(address).host : address)
