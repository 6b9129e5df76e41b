import type { FC } from 'hono/jsx'
import type { ChangeWire } from '../../audit/routes.ts'
import { Moment, Said } from '../../pages/frame/parts.tsx'
import type { Lang } from '../../words/language.ts'

const words = {
  zh: { by: '由', detail: '细节', system: '系统' },
  en: { by: 'by', detail: 'Detail', system: 'the system' },
}

/** A change of the audit log. */
export const ChangeItem: FC<{ lang: Lang; change: ChangeWire }> = ({ lang, change }) => {
  const t = words[lang]
  const { at, actor, action, subject, detail } = change
  return (
    <li>
      <div class="row">
        <strong>
          <Said>{action}</Said>
        </strong>
        <span class="small">
          <Moment lang={lang} time={at} />
        </span>
      </div>
      <p class="small">
        <a href={`/ops/audit/log?subject=${encodeURIComponent(subject)}`}>
          <Said>{subject}</Said>
        </a>
        {' · '}
        {t.by} <Said>{actor === 'system' ? t.system : actor}</Said>
      </p>
      {Object.keys(detail).length > 0 && (
        <details>
          <summary>{t.detail}</summary>
          <pre class="as-typed" dir="ltr">
            <Said>{JSON.stringify(detail, null, 2)}</Said>
          </pre>
        </details>
      )}
    </li>
  )
}
