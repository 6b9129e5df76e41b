import type { PageContext } from '../../pages/frame/context.ts'
import { Notice } from '../../pages/frame/parts.tsx'
import { type DeskSection, sendDeskPage } from '../frame.tsx'

const words = {
  zh: {
    once: '只显示这一次。现在就抄下来，交给负责的人；关掉这一页后，谁也看不到它了。',
    lost: '没抄下来？再换一个就好，旧的照样作废。',
    secret: '密钥',
    copied: '我抄好了',
  },
  en: {
    once: 'It is shown this once. Copy it now and hand it on; once this page is closed nobody can see it again.',
    lost: 'Missed it? Replace it with another one; this one ends with the rest.',
    secret: 'Secret',
    copied: 'I have copied it',
  },
}

/**
 * The answer to a form that made a secret: the only place where it stands. Never a redirect, so that it is in no address
 * and no history; 201, which is kept by no cache.
 */
export function secretPage(
  c: PageContext,
  section: DeskSection,
  { title, secret, back }: { readonly title: string; readonly secret: string; readonly back: string },
): Promise<Response> {
  const t = words[c.get('lang')]
  return sendDeskPage(
    c,
    section,
    { title, status: 201 },
    <>
      <h1>{title}</h1>
      <Notice tone="wait">
        <p>
          <strong>{t.once}</strong>
        </p>
      </Notice>
      <h2>{t.secret}</h2>
      <p class="ops-secret">
        <code>{secret}</code>
      </p>
      <p class="hint">{t.lost}</p>
      <p class="actions">
        <a class="button" href={back}>
          {t.copied}
        </a>
      </p>
    </>,
  )
}
