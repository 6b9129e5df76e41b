import type { FC } from 'hono/jsx'
import type { PageContext } from '../../pages/frame/context.ts'
import { callInside, type Listed, readInside } from '../../pages/frame/inside.ts'
import { nameOf } from '../../pages/frame/names.ts'
import { Pages } from '../../pages/frame/pages.tsx'
import { Moment, Notice, Pill, Said, Section } from '../../pages/frame/parts.tsx'
import type { LineWire } from '../../registry/lines-routes.ts'
import type { RuleWire } from '../../registry/rules-routes.ts'
import type { SecretWire } from '../../registry/secrets-routes.ts'
import type { LineDayWire } from '../../totals/routes.ts'
import { type Lang, writeNumber } from '../../words/language.ts'
import { requireOperator, sendDeskPage } from '../frame.tsx'
import { FASTER, type Refused, refusedBy, tellRefusal } from './fields.tsx'
import { type LineFields, LineInputs, lineBody, typedLine } from './line-form.tsx'
import { LineHead } from './line-head.tsx'
import { LineMoves } from './line-moves.tsx'
import { apiPath, pathPart } from './paths.ts'

const words = {
  zh: {
    done: { changed: '改好了。十秒之内处处生效。', moved: '办好了。十秒之内处处生效。' },
    facts: '概况',
    id: '编号',
    contact: '联系人',
    nobody: '没有填',
    timeZone: '时区',
    userIds: '用户号',
    ids: { platform: '平台的', own: '它自己的，由用户绑定' },
    rate: '每分钟最多',
    items: (count: string) => `${count} 条`,
    mayPledge: '替用户捐花',
    yes: '可以',
    no: '不可以',
    createdAt: '登记于',
    kinds: '善行种类',
    earns: '有生效的规则',
    nothing: '没有生效的规则：报来的善行一朵也得不到',
    secrets: '密钥',
    verifying: (count: number) => `${count} 个在用`,
    days: '最近的对账',
    agree: '核对过的都对得上',
    differ: (count: number) => `${count} 天对不上`,
    change: '修改',
    save: '保存',
    closed: '业务线已关闭，不能再改。',
    inUse: '拿掉的种类里有正在生效的规则，请先停用规则。什么也没有改。',
    wrongId: '编号不对，没有关闭。',
  },
  en: {
    done: {
      changed: 'Changed. It holds everywhere within ten seconds.',
      moved: 'Done. It holds everywhere within ten seconds.',
    },
    facts: 'Facts',
    id: 'Id',
    contact: 'Contact',
    nobody: 'nobody named',
    timeZone: 'Time zone',
    userIds: 'User ids',
    ids: { platform: 'the platform’s', own: 'its own, linked by users' },
    rate: 'A minute at the most',
    items: (count: string) => `${count} items`,
    mayPledge: 'Pledging for users',
    yes: 'allowed',
    no: 'not allowed',
    createdAt: 'Registered',
    kinds: 'Kinds of acts',
    earns: 'earns by an active rule',
    nothing: 'no active rule: its acts earn nothing',
    secrets: 'Secrets',
    verifying: (count: number) => `${count} in use`,
    days: 'Days lately',
    agree: 'all that were checked agree',
    differ: (count: number) => (count === 1 ? '1 does not agree' : `${count} do not agree`),
    change: 'Change',
    save: 'Save',
    closed: 'The line is closed and stays as it is.',
    inUse: 'One of the kinds taken away has an active rule: retire that first. Nothing was done.',
    wrongId: 'That is not its id; it was not closed.',
  },
}

/** Why a form of this page did nothing. */
type Told = Refused | 'wrong_id'

const STATES = ['active', 'paused', 'closed'] as const

/** What a form was made from: a change of something that changed since is not made unseen. */
const seenOf = ({
  name,
  nameEn,
  contact,
  timeZone,
  kinds,
  mayPledge,
  ratePerMinute,
  state,
}: LineWire): string =>
  JSON.stringify([name, nameEn, contact, timeZone, kinds, mayPledge, ratePerMinute, state])

export const linePages = new Pages()

linePages.view('/ops/lines/:line', (c) => linePage(c))

linePages.action('/ops/lines/:line/change', async (c, form) => {
  requireOperator(c)
  const path = apiPath(['lines', pathPart(c, 'line')])
  const line = await readInside<LineWire>(c, path)
  if (seenOf(line) !== form.text('seen')) return linePage(c, { told: FASTER, typed: typedLine(form) })
  const answer = await callInside(c, path, { method: 'PATCH', json: changedOf(line, lineBody(form)) })
  return answer.ok
    ? c.redirect(`/ops/lines/${line.id}?done=changed`, 303)
    : linePage(c, { told: refusedBy(answer), typed: typedLine(form) })
})

linePages.action('/ops/lines/:line/state', async (c, form) => {
  requireOperator(c)
  const path = apiPath(['lines', pathPart(c, 'line')])
  const line = await readInside<LineWire>(c, path)
  const to = STATES.find((state) => state === form.text('to'))
  if (line.state !== form.text('from')) return linePage(c, { told: FASTER })
  if (to === 'closed' && form.text('id') !== line.id) return linePage(c, { told: 'wrong_id' })
  const answer = await callInside(c, path, { method: 'PATCH', json: { state: to ?? '' } })
  return answer.ok
    ? c.redirect(`/ops/lines/${line.id}?done=moved`, 303)
    : linePage(c, { told: refusedBy(answer) })
})

/** Only what is to change: what is not touched is not held to what new values are. */
const changedOf = (line: LineWire, asked: ReturnType<typeof lineBody>) =>
  Object.fromEntries(
    Object.entries(asked).filter(
      ([name, value]) => JSON.stringify(value) !== JSON.stringify(line[name as keyof typeof asked]),
    ),
  )

async function linePage(
  c: PageContext,
  { told = null, typed }: { told?: Told | null; typed?: LineFields } = {},
): Promise<Response> {
  requireOperator(c)
  const lang = c.get('lang')
  const t = words[lang]
  const at = ['lines', pathPart(c, 'line')]
  const [line, rules, secrets, days] = await Promise.all([
    readInside<LineWire>(c, apiPath(at)),
    readInside<Listed<RuleWire>>(c, apiPath([...at, 'rules'])),
    readInside<Listed<SecretWire>>(c, apiPath([...at, 'secrets'])),
    readInside<Listed<LineDayWire>>(c, apiPath([...at, 'days'])),
  ])
  const refused = told === 'wrong_id' ? null : told
  const done = c.req.method === 'GET' && c.req.query('done')
  const differing = days.items.filter(({ agrees }) => agrees === false).length
  const values = typed ?? { ...line, kinds: line.kinds.join(' '), ratePerMinute: String(line.ratePerMinute) }
  return sendDeskPage(
    c,
    'lines',
    { title: nameOf(lang, line), status: told === 'wrong_id' ? 400 : (told?.status ?? 200) },
    <>
      <LineHead lang={lang} line={line} part="line" />
      {(done === 'changed' || done === 'moved') && <Notice tone="good">{t.done[done]}</Notice>}
      {told && <Notice tone="bad">{tell(lang, told, line)}</Notice>}
      <LineMoves lang={lang} line={line} />
      <Section id="facts" title={t.facts}>
        <Facts lang={lang} line={line} rules={rules.items} />
        <dl class="facts">
          <dt>{t.secrets}</dt>
          <dd>
            <a href={`/ops/lines/${line.id}/secrets`}>{t.verifying(secrets.items.length)}</a>
          </dd>
          <dt>{t.days}</dt>
          <dd>
            <a href={`/ops/lines/${line.id}/days`}>{differing > 0 ? t.differ(differing) : t.agree}</a>
          </dd>
        </dl>
      </Section>
      <Section id="change" title={t.change}>
        {line.state === 'closed' ? (
          <p>{t.closed}</p>
        ) : (
          <details class="card folded" open={typed !== undefined}>
            <summary>{t.change}</summary>
            <form method="post" action={`/ops/lines/${line.id}/change`}>
              <input type="hidden" name="seen" value={seenOf(line)} />
              <LineInputs lang={lang} values={values} refused={refused} />
              <button type="submit">{t.save}</button>
            </form>
          </details>
        )}
      </Section>
    </>,
  )
}

function tell(lang: Lang, told: Told, line: LineWire): string {
  const t = words[lang]
  if (told === 'wrong_id') return t.wrongId
  if (told.code === 'rule_state_conflict') return t.inUse
  return line.state === 'closed' && told.status === 409 ? t.closed : tellRefusal(lang, told)
}

const Facts: FC<{ lang: Lang; line: LineWire; rules: readonly RuleWire[] }> = ({ lang, line, rules }) => {
  const t = words[lang]
  const earning = new Set(rules.filter(({ state }) => state === 'active').map(({ kind }) => kind))
  return (
    <>
      <dl class="facts">
        <dt>{t.id}</dt>
        <dd>
          <code>{line.id}</code>
        </dd>
        <dt>{t.contact}</dt>
        <dd>{line.contact ? <Said>{line.contact}</Said> : t.nobody}</dd>
        <dt>{t.timeZone}</dt>
        <dd>{line.timeZone}</dd>
        <dt>{t.userIds}</dt>
        <dd>{t.ids[line.userIds]}</dd>
        <dt>{t.rate}</dt>
        <dd>{t.items(writeNumber(lang, line.ratePerMinute))}</dd>
        <dt>{t.mayPledge}</dt>
        <dd>{line.mayPledge ? t.yes : t.no}</dd>
        <dt>{t.createdAt}</dt>
        <dd>
          <Moment lang={lang} time={line.createdAt} />
        </dd>
      </dl>
      <h3>{t.kinds}</h3>
      <ul class="plain-list">
        {line.kinds.map((kind) => (
          <li class="row">
            <code>{kind}</code>
            <Pill tone={earning.has(kind) ? 'good' : 'wait'}>{earning.has(kind) ? t.earns : t.nothing}</Pill>
          </li>
        ))}
      </ul>
    </>
  )
}
