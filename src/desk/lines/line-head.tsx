import type { FC } from 'hono/jsx'
import { nameOf } from '../../pages/frame/names.ts'
import { Pill, Said } from '../../pages/frame/parts.tsx'
import type { LineWire } from '../../registry/lines-routes.ts'
import type { Lang } from '../../words/language.ts'
import { lineStates, lineTones } from './line-words.ts'

const words = {
  zh: {
    nav: '这条业务线',
    line: '概况',
    rules: '得花规则',
    secrets: '密钥',
    days: '对账',
    revocations: '撤回与损失',
    callbacks: '回调',
    log: '日志',
  },
  en: {
    nav: 'This line',
    line: 'Facts',
    rules: 'Earning rules',
    secrets: 'Secrets',
    days: 'Days',
    revocations: 'Taken back',
    callbacks: 'Callbacks',
    log: 'Log',
  },
}

export type LinePart = 'line' | 'rules' | 'secrets' | 'days' | 'revocations'

/** What all pages of a line begin with: its name and state, and the way to the others. `title` is the page's own. */
export const LineHead: FC<{ lang: Lang; line: LineWire; part: LinePart; title?: string }> = ({
  lang,
  line,
  part,
  title,
}) => {
  const t = words[lang]
  const base = `/ops/lines/${line.id}`
  return (
    <>
      <div class="row">
        <h1>
          <Said>{nameOf(lang, line)}</Said>
          {title && ` · ${title}`}
        </h1>
        <Pill tone={lineTones[line.state]}>{lineStates[lang][line.state]}</Pill>
      </div>
      <nav class="ops-parts" aria-label={t.nav}>
        {(['line', 'rules', 'secrets', 'days', 'revocations'] as const).map((each) => (
          <a
            href={each === 'line' ? base : `${base}/${each}`}
            aria-current={each === part ? 'page' : undefined}
          >
            {t[each]}
          </a>
        ))}
        <a href={`/ops/callbacks?owner=line:${line.id}`}>{t.callbacks}</a>
        <a href={`/ops/audit/log?subject=line:${line.id}`}>{t.log}</a>
      </nav>
    </>
  )
}
