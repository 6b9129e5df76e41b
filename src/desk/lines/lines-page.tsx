import type { FC } from 'hono/jsx'
import type { PageContext } from '../../pages/frame/context.ts'
import { callInside, type Listed, readInside } from '../../pages/frame/inside.ts'
import { nameOf } from '../../pages/frame/names.ts'
import { Pages } from '../../pages/frame/pages.tsx'
import { nextOf } from '../../pages/frame/paging.ts'
import { More, Notice, Pill, Said, Section } from '../../pages/frame/parts.tsx'
import type { CreatedLineWire, LineWire } from '../../registry/lines-routes.ts'
import { type Lang, writeNumber } from '../../words/language.ts'
import { requireOperator, sendDeskPage } from '../frame.tsx'
import { Glance, readAttention } from './attention.tsx'
import { errorAt, Input, type Refused, refusedBy, tellRefusal } from './fields.tsx'
import { type LineFields, LineInputs, lineBody, typedLine } from './line-form.tsx'
import { lineStates, lineTones } from './line-words.ts'
import { apiPath } from './paths.ts'
import { secretPage } from './secret-page.tsx'

const words = {
  zh: {
    title: '业务线',
    all: '全部业务线',
    none: '还没有业务线。',
    rate: (rate: string) => `每分钟最多 ${rate} 条`,
    pledges: '可替用户捐花',
    own: '用自己的用户号',
    more: '更多业务线',
    create: '登记一条业务线',
    id: '编号',
    idHint: '小写字母、数字和连字符，最多 64 个；定下就不能改。',
    taken: '已经有这个编号的业务线。',
    userIds: '用谁的用户号',
    platform: '平台的用户号',
    ownIds: '它自己的用户号，由用户来绑定',
    forGood: '定下就不能改。',
    submit: '登记，并生成密钥',
    created: (id: string) => `业务线 ${id} 登记好了`,
  },
  en: {
    title: 'Lines',
    all: 'All lines',
    none: 'There is no line yet.',
    rate: (rate: string) => `at most ${rate} a minute`,
    pledges: 'may pledge',
    own: 'user ids of its own',
    more: 'More lines',
    create: 'Register a line',
    id: 'Id',
    idHint: 'a-z, 0-9 and hyphens, at most 64; for good.',
    taken: 'There is a line with this id.',
    userIds: 'Whose user ids',
    platform: 'Those of the platform',
    ownIds: 'Its own, which users link to their account',
    forGood: 'This is for good.',
    submit: 'Register it and make its secret',
    created: (id: string) => `The line ${id} is registered`,
  },
}

const PAGE_SIZE = 100

/** What is wrong comes first, what is over last. */
const ORDER = { paused: 0, active: 1, closed: 2 } as const

interface NewLine extends LineFields {
  readonly id: string
  readonly userIds: string
}

const EMPTY: NewLine = {
  ...{ id: '', userIds: 'platform', name: '', nameEn: '', contact: '', kinds: '', mayPledge: false },
  ...{ timeZone: 'Asia/Shanghai', ratePerMinute: '600000' },
}

export const linesPages = new Pages()

linesPages.view('/ops/lines', (c) => linesPage(c))

linesPages.action('/ops/lines', async (c, form) => {
  requireOperator(c)
  const answer = await callInside<CreatedLineWire>(c, '/v1/lines', {
    method: 'POST',
    json: { ...lineBody(form), id: form.text('id'), userIds: form.text('userIds') },
  })
  if (!answer.ok) {
    const typed = { ...typedLine(form), id: form.text('id'), userIds: form.text('userIds') }
    return linesPage(c, typed, refusedBy(answer))
  }
  const { id, secret } = answer.data
  const title = words[c.get('lang')].created(id)
  return secretPage(c, 'lines', { title, secret: secret.secret ?? '', back: `/ops/lines/${id}` })
})

/** The lines and the form for a new one, with what was typed when it was refused. */
async function linesPage(c: PageContext, typed: NewLine = EMPTY, refused: Refused | null = null) {
  requireOperator(c)
  const lang = c.get('lang')
  const t = words[lang]
  const [attention, { items, nextCursor }] = await Promise.all([
    readAttention(c),
    readInside<Listed<LineWire>>(
      c,
      apiPath(['lines'], { pageSize: String(PAGE_SIZE), cursor: c.req.query('cursor') }),
    ),
  ])
  return sendDeskPage(
    c,
    'lines',
    { title: t.title, status: refused?.status ?? 200 },
    <>
      <h1>{t.title}</h1>
      {refused && <CreateForm lang={lang} typed={typed} refused={refused} />}
      {!refused && <Glance lang={lang} attention={attention} now={Date.now()} />}
      <Section id="all" title={t.all}>
        {items.length === 0 && <p>{t.none}</p>}
        <ul class="cards">
          {items
            .toSorted((a, b) => ORDER[a.state] - ORDER[b.state])
            .map((line) => (
              <LineCard lang={lang} line={line} />
            ))}
        </ul>
        <More href={nextOf('/ops/lines', nextCursor)}>{t.more}</More>
      </Section>
      {!refused && <CreateForm lang={lang} typed={typed} refused={null} />}
    </>,
  )
}

const LineCard: FC<{ lang: Lang; line: LineWire }> = ({ lang, line }) => {
  const t = words[lang]
  const facts = [
    t.rate(writeNumber(lang, line.ratePerMinute)),
    ...(line.mayPledge ? [t.pledges] : []),
    ...(line.userIds === 'own' ? [t.own] : []),
  ]
  // A line of one kind is mostly called like it: once is enough.
  const kinds = line.kinds.filter((kind) => kind !== line.id)
  return (
    <li>
      <article class="card">
        <div class="row">
          <h3>
            <a href={`/ops/lines/${line.id}`}>
              <Said>{nameOf(lang, line)}</Said>
            </a>
          </h3>
          <Pill tone={lineTones[line.state]}>{lineStates[lang][line.state]}</Pill>
        </div>
        <p class="small">
          <code>{line.id}</code> · {facts.join(' · ')}
        </p>
        {kinds.length > 0 && (
          <p class="small ops-kinds">
            {kinds.map((kind) => (
              <code>{kind}</code>
            ))}
          </p>
        )}
      </article>
    </li>
  )
}

const CreateForm: FC<{ lang: Lang; typed: NewLine; refused: Refused | null }> = ({
  lang,
  typed,
  refused,
}) => {
  const t = words[lang]
  const taken = refused?.code === 'line_exists'
  return (
    <Section id="create" title={t.create}>
      {refused && <Notice tone="bad">{taken ? t.taken : tellRefusal(lang, refused)}</Notice>}
      <details class="card folded" open={refused !== null}>
        <summary>{t.create}</summary>
        <form method="post" action="/ops/lines">
          <Input
            {...{ id: 'id', label: t.id, hint: t.idHint, value: typed.id, maxLength: 64, required: true }}
            error={taken ? t.taken : errorAt(lang, refused, 'id')}
          />
          <LineInputs lang={lang} values={typed} refused={refused} />
          <fieldset>
            <legend>{t.userIds}</legend>
            <p class="hint">{t.forGood}</p>
            {(['platform', 'own'] as const).map((whose) => (
              <label class="choice">
                <input
                  type="radio"
                  name="userIds"
                  value={whose}
                  checked={(typed.userIds === 'own') === (whose === 'own')}
                />
                {whose === 'own' ? t.ownIds : t.platform}
              </label>
            ))}
          </fieldset>
          <button type="submit">{t.submit}</button>
        </form>
      </details>
    </Section>
  )
}
