import type { FC } from 'hono/jsx'
import type { GrantWire } from '../../execution/grants-routes.ts'
import type { Lang, Words } from '../../words/language.ts'
import { writeMoney } from '../../words/money.ts'
import { Day, Paragraphs, Said } from '../frame/parts.tsx'

const words = {
  zh: {
    title: '创新资助',
    to: '由',
    answers: '负责',
    terms: '资助条款',
    added: '后来补充的条款',
    reason: '原因：',
  },
  en: {
    title: 'Grant',
    to: '',
    answers: ' answers for it',
    terms: 'Its terms',
    added: 'Added to the terms',
    reason: 'Why: ',
  },
} satisfies Words<Record<string, string>>

/** The foundation's money for a dream; `organisation` is the name of who answers for it. */
export const Grant: FC<{ lang: Lang; grant: GrantWire; organisation: string }> = ({
  lang,
  grant,
  organisation,
}) => {
  const t = words[lang]
  return (
    <div class="card grant">
      <h3>{t.title}</h3>
      <p class="grant-amount count">{writeMoney(lang, grant.amountCents, grant.currency)}</p>
      <p class="small">
        <Day lang={lang} time={grant.decidedAt} /> · {t.to}
        <Said>{organisation}</Said>
        {t.answers}
      </p>
      <details>
        <summary>{t.terms}</summary>
        <Paragraphs text={grant.terms} />
      </details>
      {grant.addenda.length > 0 && (
        <>
          <h4>{t.added}</h4>
          <ul class="plain-list">
            {grant.addenda.map(({ text, reason, at }) => (
              <li>
                <Paragraphs text={text} />
                <p class="small">
                  <Day lang={lang} time={at} /> · {t.reason}
                  <Said>{reason}</Said>
                </p>
              </li>
            ))}
          </ul>
        </>
      )}
    </div>
  )
}
