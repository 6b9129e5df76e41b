import type { FC } from 'hono/jsx'
import type { PageContext } from '../../pages/frame/context.ts'
import type { Form } from '../../pages/frame/forms.ts'
import { callInside, type Listed, readInside } from '../../pages/frame/inside.ts'
import { nameOf } from '../../pages/frame/names.ts'
import { Pages } from '../../pages/frame/pages.tsx'
import { Moment, Notice, Pill, Section } from '../../pages/frame/parts.tsx'
import type { LineWire } from '../../registry/lines-routes.ts'
import type { NewSecretWire, SecretWire } from '../../registry/secrets-routes.ts'
import type { Lang } from '../../words/language.ts'
import { requireOperator, sendDeskPage } from '../frame.tsx'
import { FASTER, Folded, type Refused, refusedBy, tellRefusal } from './fields.tsx'
import { LineHead } from './line-head.tsx'
import { apiPath, pathPart } from './paths.ts'
import { AddForms, OVERLAP_HOURS, type SecretTyped } from './secret-forms.tsx'
import { secretPage } from './secret-page.tsx'

const words = {
  zh: {
    title: '密钥',
    done: { added: '公钥加好了，十秒之内处处生效。', revoked: '作废了，十秒之内处处失效。' },
    now: '现在能验签的',
    schemes: { v1: '共享密钥（v1）', v1a: 'Ed25519 公钥（v1a）' },
    since: '加于',
    until: '到期',
    good: '在用',
    ending: '换下中',
    revoke: '立刻作废',
    revokeText: '用它签的请求十秒之内处处被拒。泄露了就这样做；平时请先换新的。',
    revokeYes: '确定作废',
    last: '这是最后一个，作废了业务线就没法签名。请先换一个新的。什么也没有改。',
    limit: '同时最多这么多个。请先作废一个。什么也没有改。',
    closed: '业务线已关闭，不能再加。',
    made: (name: string) => `${name} 的新密钥`,
  },
  en: {
    title: 'Secrets',
    done: {
      added: 'The key was added; it verifies everywhere within ten seconds.',
      revoked: 'Revoked; it verifies nowhere within ten seconds.',
    },
    now: 'What verifies now',
    schemes: { v1: 'Shared secret (v1)', v1a: 'Ed25519 public key (v1a)' },
    since: 'Since',
    until: 'Expires',
    good: 'In use',
    ending: 'Being replaced',
    revoke: 'Revoke now',
    revokeText:
      'What it signed is refused everywhere within ten seconds. For one that leaked; otherwise replace it first.',
    revokeYes: 'Yes, revoke it',
    last: 'It is the last one: without it the line could sign nothing. Add another first. Nothing was done.',
    limit: 'There are as many as may be. Revoke one first. Nothing was done.',
    closed: 'The line is closed; nothing can be added.',
    made: (name: string) => `A new secret of ${name}`,
  },
}

/** What verifies, in one text: a form that is sent twice, or beside another's, finds that it changed. */
const seenOf = (secrets: readonly SecretWire[]): string => secrets.map(({ id }) => id).join(' ')

export const secretsPages = new Pages()

secretsPages.view('/ops/lines/:line/secrets', (c) => secretsPage(c))

secretsPages.action('/ops/lines/:line/secrets', async (c, form) => {
  const answer = await add(c, form, {})
  if ('refused' in answer)
    return secretsPage(c, { ...typedOf(form), form: 'rotate', refused: answer.refused })
  const line = pathPart(c, 'line')
  const title = words[c.get('lang')].made(line)
  return secretPage(c, 'lines', {
    title,
    secret: answer.made.secret ?? '',
    back: `/ops/lines/${line}/secrets`,
  })
})

secretsPages.action('/ops/lines/:line/keys', async (c, form) => {
  const answer = await add(c, form, { publicKey: form.text('publicKey') })
  return 'refused' in answer
    ? secretsPage(c, { ...typedOf(form), form: 'key', refused: answer.refused })
    : c.redirect(`/ops/lines/${pathPart(c, 'line')}/secrets?done=added`, 303)
})

secretsPages.action('/ops/lines/:line/secrets/:secret/revoke', async (c, form) => {
  requireOperator(c)
  const line = pathPart(c, 'line')
  const path = apiPath(['lines', line, 'secrets', pathPart(c, 'secret')])
  const answer = await callInside(c, path, { method: 'DELETE' })
  if (answer.ok) return c.redirect(`/ops/lines/${line}/secrets?done=revoked`, 303)
  // Someone revoked it meanwhile.
  const refused = answer.problem.code === 'secret_not_found' ? FASTER : refusedBy(answer)
  return secretsPage(c, { ...typedOf(form), form: 'revoke', refused })
})

async function add(
  c: PageContext,
  form: Form,
  json: object,
): Promise<{ made: NewSecretWire } | { refused: Refused }> {
  requireOperator(c)
  const path = apiPath(['lines', pathPart(c, 'line'), 'secrets'])
  const { items } = await readInside<Listed<SecretWire>>(c, path)
  if (seenOf(items) !== form.text('seen')) return { refused: FASTER }
  const call = { method: 'POST', json: { ...json, overlapHours: form.int('overlapHours') } } as const
  const answer = await callInside<NewSecretWire>(c, path, call)
  return answer.ok ? { made: answer.data } : { refused: refusedBy(answer) }
}

const typedOf = (form: Form) => ({
  overlapHours: form.text('overlapHours') || OVERLAP_HOURS,
  publicKey: form.text('publicKey'),
})

async function secretsPage(c: PageContext, typed: SecretTyped | null = null): Promise<Response> {
  requireOperator(c)
  const lang = c.get('lang')
  const t = words[lang]
  const at = ['lines', pathPart(c, 'line')]
  const [line, { items }] = await Promise.all([
    readInside<LineWire>(c, apiPath(at)),
    readInside<Listed<SecretWire>>(c, apiPath([...at, 'secrets'])),
  ])
  const done = c.req.method === 'GET' && c.req.query('done')
  return sendDeskPage(
    c,
    'lines',
    { title: `${nameOf(lang, line)} · ${t.title}`, status: typed?.refused.status ?? 200 },
    <>
      <LineHead lang={lang} line={line} part="secrets" title={t.title} />
      {(done === 'added' || done === 'revoked') && <Notice tone="good">{t.done[done]}</Notice>}
      {typed && <Notice tone="bad">{tell(lang, typed.refused)}</Notice>}
      <Section id="now" title={t.now}>
        <ul class="plain-list">
          {items.map((secret) => (
            <SecretItem lang={lang} line={line} secret={secret} />
          ))}
        </ul>
      </Section>
      {line.state !== 'closed' && <AddForms lang={lang} line={line} seen={seenOf(items)} typed={typed} />}
    </>,
  )
}

function tell(lang: Lang, refused: Refused): string {
  const t = words[lang]
  if (refused.code === 'last_secret') return t.last
  if (refused.code === 'limit_reached') return t.limit
  return refused.code === 'line_closed' ? t.closed : tellRefusal(lang, refused)
}

const SecretItem: FC<{ lang: Lang; line: LineWire; secret: SecretWire }> = ({ lang, line, secret }) => {
  const t = words[lang]
  const { id, scheme, createdAt, expiresAt } = secret
  return (
    <li>
      <div class="row">
        <h3>{t.schemes[scheme]}</h3>
        <Pill tone={expiresAt ? 'wait' : 'good'}>{expiresAt ? t.ending : t.good}</Pill>
      </div>
      <p class="small">
        <code>{id}</code>
        <br />
        {t.since} <Moment lang={lang} time={createdAt} />
        {expiresAt && (
          <>
            {' · '}
            {t.until} <Moment lang={lang} time={expiresAt} />
          </>
        )}
      </p>
      <Folded summary={t.revoke}>
        <p>{t.revokeText}</p>
        <form method="post" action={`/ops/lines/${line.id}/secrets/${encodeURIComponent(id)}/revoke`}>
          <button type="submit">{t.revokeYes}</button>
        </form>
      </Folded>
    </li>
  )
}
