import type { FC } from 'hono/jsx'
import type { Lang, Words } from '../../words/language.ts'
import { scriptWords } from './gift-words.ts'

const words = {
  zh: { again: '现在再试', stop: '不等了', signIn: '去登录', mine: '看我的花' },
  en: { again: 'Try now', stop: 'Stop waiting', signIn: 'Sign in', mine: 'See my flowers' },
} satisfies Words<Record<string, string>>

/**
 * Where the script tells what becomes of a gift of `user`, the short name of whoever is signed in: of the one whose form
 * stands beside it, or of any that is kept. Empty without script.
 */
export const GiftStatus: FC<{ lang: Lang; user: string; path: string }> = ({ lang, user, path }) => {
  const t = words[lang]
  return (
    <div class="gift" data-gift data-user={user} data-words={scriptWords(lang)}>
      <div role="status" data-said />
      <p class="actions">
        <button type="button" class="plain" data-again hidden>
          {t.again}
        </button>
        <button type="button" class="quiet" data-stop hidden>
          {t.stop}
        </button>
        <a class="button" data-sign-in hidden href={`/sign-in?to=${encodeURIComponent(path)}`}>
          {t.signIn}
        </a>
        <a class="button plain" data-mine hidden href="/me">
          {t.mine}
        </a>
      </p>
    </div>
  )
}
