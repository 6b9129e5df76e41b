import type { FC } from 'hono/jsx'
import type { PageContext } from '../../pages/frame/context.ts'
import type { Form } from '../../pages/frame/forms.ts'
import { callInside, type Listed, readInside } from '../../pages/frame/inside.ts'
import { nameOf } from '../../pages/frame/names.ts'
import { Pages } from '../../pages/frame/pages.tsx'
import { Notice, Pill, Section } from '../../pages/frame/parts.tsx'
import type { LineWire } from '../../registry/lines-routes.ts'
import type { RuleWire } from '../../registry/rules-routes.ts'
import type { Lang } from '../../words/language.ts'
import { requireOperator, sendDeskPage } from '../frame.tsx'
import { FASTER, type Refused, refusedBy, tellRefusal } from './fields.tsx'
import { LineHead } from './line-head.tsx'
import { apiPath, pathPart } from './paths.ts'
import { type RuleFields, RuleForm, ruleBody, ruleFields, typedRule } from './rule-form.tsx'
import { RuleItem } from './rule-item.tsx'

const words = {
  zh: {
    title: '得花规则',
    done: {
      drafted: '存好了草稿。它现在不发花，等你启用。',
      activated: '启用了，十秒之内处处照它发花。',
      retired: '停用了，十秒之内处处不再发花。',
    },
    noActive: '没有生效的规则：这种善行一朵也得不到。',
    none: '还没有规则。',
    old: (count: number) => `已停用的 ${count} 个版本`,
    draft: '起草一个新版本',
    draftText: '起草的版本先不发花；启用时，这种善行的上一个版本同时停用。',
    from: (kind: string, version: number) => `照 ${kind} 第 ${version} 版填好了。`,
    closed: '业务线已关闭，规则不能再变。',
    notKind: '业务线不再报这种善行，不能启用。',
    limit: '版本已经到最多的数量。什么也没有改。',
  },
  en: {
    title: 'Earning rules',
    done: {
      drafted: 'The draft is saved. It earns nothing until you activate it.',
      activated: 'Activated: acts earn by it everywhere within ten seconds.',
      retired: 'Retired: it earns nothing anywhere within ten seconds.',
    },
    noActive: 'No active rule: acts of this kind earn nothing.',
    none: 'There is no rule yet.',
    old: (count: number) => (count === 1 ? '1 retired version' : `${count} retired versions`),
    draft: 'Draft a new version',
    draftText:
      'A draft earns nothing; when it is activated, the version before it is retired in the same moment.',
    from: (kind: string, version: number) => `Filled in from version ${version} of ${kind}.`,
    closed: 'The line is closed; its rules stay as they are.',
    notKind: 'The line reports no acts of this kind any more; the rule cannot be activated.',
    limit: 'There are as many versions as may be. Nothing was done.',
  },
}

const DONE = ['drafted', 'activated', 'retired'] as const

export const rulesPages = new Pages()

rulesPages.view('/ops/lines/:line/rules', (c) => rulesPage(c))

rulesPages.action('/ops/lines/:line/rules', async (c, form) => {
  requireOperator(c)
  const line = pathPart(c, 'line')
  const json = ruleBody(form)
  const answer = await callInside(c, apiPath(['lines', line, 'rules']), { method: 'POST', json })
  return answer.ok
    ? c.redirect(`/ops/lines/${line}/rules?done=drafted`, 303)
    : rulesPage(c, { refused: refusedBy(answer), typed: typedRule(form) })
})

rulesPages.action('/ops/lines/:line/rules/:kind/:version/activate', (c, form) => move(c, form, 'activate'))
rulesPages.action('/ops/lines/:line/rules/:kind/:version/retire', (c, form) => move(c, form, 'retire'))

/** Moves a rule, unless the version that earns is another one than when the form was made. */
async function move(c: PageContext, form: Form, verb: 'activate' | 'retire'): Promise<Response> {
  requireOperator(c)
  const [line, kind] = [pathPart(c, 'line'), pathPart(c, 'kind')]
  const { items } = await readInside<Listed<RuleWire>>(c, apiPath(['lines', line, 'rules']))
  if (activeOf(items, kind) !== form.text('active')) return rulesPage(c, { refused: FASTER })
  const path = apiPath(['lines', line, 'rules', kind, pathPart(c, 'version'), verb])
  const answer = await callInside(c, path, { method: 'POST' })
  return answer.ok
    ? c.redirect(`/ops/lines/${line}/rules?done=${verb === 'activate' ? 'activated' : 'retired'}`, 303)
    : rulesPage(c, { refused: refusedBy(answer) })
}

/** The version by which a kind earns, or nothing. */
const activeOf = (rules: readonly RuleWire[], kind: string): string =>
  String(rules.find((rule) => rule.kind === kind && rule.state === 'active')?.version ?? '')

async function rulesPage(
  c: PageContext,
  { refused = null, typed }: { refused?: Refused | null; typed?: RuleFields } = {},
): Promise<Response> {
  requireOperator(c)
  const lang = c.get('lang')
  const t = words[lang]
  const at = ['lines', pathPart(c, 'line')]
  const [line, { items }] = await Promise.all([
    readInside<LineWire>(c, apiPath(at)),
    readInside<Listed<RuleWire>>(c, apiPath([...at, 'rules'])),
  ])
  const read = c.req.method === 'GET'
  const done = DONE.find((each) => read && each === c.req.query('done'))
  const from = items.find(({ kind, version }) => read && `${kind}/${version}` === c.req.query('from'))
  const kind = from?.kind ?? line.kinds[0] ?? ''
  const open = line.state !== 'closed'
  return sendDeskPage(
    c,
    'lines',
    { title: `${nameOf(lang, line)} · ${t.title}`, status: refused?.status ?? 200 },
    <>
      <LineHead lang={lang} line={line} part="rules" title={t.title} />
      {done && <Notice tone="good">{t.done[done]}</Notice>}
      {refused && <Notice tone="bad">{tell(lang, refused, line)}</Notice>}
      {!open && <Notice tone="plain">{t.closed}</Notice>}
      {[...new Set([...line.kinds, ...items.map((rule) => rule.kind)])].map((each) => (
        <KindRules lang={lang} line={line} kind={each} rules={items.filter((rule) => rule.kind === each)} />
      ))}
      {open && (
        <Section id="draft" title={t.draft}>
          <details class="card folded" open={typed !== undefined || from !== undefined}>
            <summary>{t.draft}</summary>
            <p>{t.draftText}</p>
            {from && <p class="hint">{t.from(from.kind, from.version)}</p>}
            <RuleForm lang={lang} line={line} values={typed ?? ruleFields(kind, from)} refused={refused} />
          </details>
        </Section>
      )}
    </>,
  )
}

function tell(lang: Lang, refused: Refused, line: LineWire): string {
  const t = words[lang]
  if (refused.code === 'line_closed') return t.closed
  if (refused.code === 'limit_reached') return t.limit
  if (refused.code === 'rule_state_conflict' && line.state !== 'closed')
    return `${tellRefusal(lang, refused)} ${t.notKind}`
  return tellRefusal(lang, refused)
}

const KindRules: FC<{ lang: Lang; line: LineWire; kind: string; rules: readonly RuleWire[] }> = ({
  lang,
  line,
  kind,
  rules,
}) => {
  const t = words[lang]
  const active = activeOf(rules, kind)
  const living = rules.filter(({ state }) => state !== 'retired')
  const retired = rules.filter(({ state }) => state === 'retired')
  return (
    <Section id={`kind-${kind}`} title={<code>{kind}</code>}>
      {active === '' && (
        <p>
          <Pill tone="wait">{t.noActive}</Pill>
        </p>
      )}
      {rules.length === 0 && <p class="small">{t.none}</p>}
      {living.map((rule) => (
        <RuleItem lang={lang} line={line} rule={rule} active={active} />
      ))}
      {retired.length > 0 && (
        <details>
          <summary>{t.old(retired.length)}</summary>
          {retired.map((rule) => (
            <RuleItem lang={lang} line={line} rule={rule} active={active} />
          ))}
        </details>
      )}
    </Section>
  )
}
