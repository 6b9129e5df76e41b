import type { FC } from 'hono/jsx'
import type { UserLineWire } from '../../links/routes.ts'
import { type Lang, writeTime } from '../../words/language.ts'
import type { PageContext } from '../frame/context.ts'
import { asProblem, callInside, type Listed, readInside } from '../frame/inside.ts'
import { nameOf } from '../frame/names.ts'
import { Pages, requireSession } from '../frame/pages.tsx'
import { Field, Notice, Pill, Said, tiedTo } from '../frame/parts.tsx'
import { sendMine } from './frame.tsx'

/** The lines and this account: which are linked, linking and undoing it, and what a line may do in the user's name. */

const words = {
  zh: {
    title: '我的业务线',
    lead: '在这些地方做好事能得花。有自己账号的应用，要先关联到你的爱心账户。',
    states: { active: '', paused: '暂停中', closed: '已关闭' },
    linked: '已关联',
    unlinked: '未关联',
    platform: '自动关联',
    as: (id: string) => `在那里的账号：${id}`,
    mayPledge: '允许它替我送花',
    mayNotPledge: '不再允许它替我送花',
    may: '可以替你送花',
    byDefault: '平台自家的业务线，默认可以替你送花；你可以关掉。',
    unlink: '解除关联',
    unlinkHint: '带来的花会留下；以后在那里得的花先存着，直到再次关联。',
    getCode: '取关联码',
    code: (line: string) => `请在“${line}”里输入这个码`,
    until: (time: string) => `${time} 前有效，只能用一次。`,
    enter: '输入应用给你的码',
    codeLabel: '关联码',
    link: '关联',
    wrong: '这个码不对、用过了，或者过期了。',
    taken: '这个账号已经关联过了。',
    done: {
      linked: '关联好了。之前在那里得的花正在过来。',
      unlinked: '已解除关联。',
      allowed: '记下了：可以替你送花。',
      forbidden: '记下了：不能替你送花。',
    },
    of: (what: string, name: string) => `${what}：${name}`,
  },
  en: {
    title: 'My lines',
    lead: 'Good acts in these products earn flowers. An app with accounts of its own has to be linked first.',
    states: { active: '', paused: 'paused', closed: 'closed' },
    linked: 'Linked',
    unlinked: 'Not linked',
    platform: 'Linked by itself',
    as: (id: string) => `Your account there: ${id}`,
    mayPledge: 'Let it give in my name',
    mayNotPledge: 'Do not let it give in my name',
    may: 'may give in your name',
    byDefault: 'A line of the platform itself: it may give in your name unless you turn it off.',
    unlink: 'Unlink',
    unlinkHint: 'What came along stays. What you earn there later waits until you link again.',
    getCode: 'Get a code',
    code: (line: string) => `Type this code in “${line}”`,
    until: (time: string) => `Good until ${time}, for one use.`,
    enter: 'A code that an app showed you',
    codeLabel: 'Code',
    link: 'Link',
    wrong: 'This code is wrong, used or over its time.',
    taken: 'This account is linked already.',
    done: {
      linked: 'Linked. What you earned there before is on its way.',
      unlinked: 'Unlinked.',
      allowed: 'Noted: it may give in your name.',
      forbidden: 'Noted: it may not give in your name.',
    },
    of: (what: string, name: string) => `${what}: ${name}`,
  },
}

interface Shown {
  /** A code to type in a line's app. */
  readonly code?: { readonly line: string; readonly code: string; readonly expiresAt: string }
  readonly codeError?: string
  readonly typed?: string
}

export const linesPages = new Pages()

linesPages.view('/me/lines', (c) => {
  requireSession(c)
  return linesPage(c)
})

async function linesPage(c: PageContext, shown: Shown = {}): Promise<Response> {
  const lang = c.get('lang')
  const t = words[lang]
  const { items } = await readInside<Listed<UserLineWire>>(c, '/v1/me/lines')
  const done = t.done[(c.req.query('done') ?? '') as keyof typeof t.done]
  const coded = items.find(({ line }) => line === shown.code?.line)
  return sendMine(
    c,
    'lines',
    {
      title: t.title,
      ...(shown.codeError === undefined ? {} : { status: 422 as const }),
    },
    <>
      <h1>{t.title}</h1>
      <p class="lead">{t.lead}</p>
      {done && <Notice tone="good">{done}</Notice>}
      {shown.code && coded && (
        <Notice tone="good">
          <p>{t.code(nameOf(lang, coded))}</p>
          <p class="balance-count">{shown.code.code}</p>
          <p>{t.until(writeTime(lang, shown.code.expiresAt))}</p>
        </Notice>
      )}
      <form method="post" action="/me/lines/link" class="card">
        <Field id="code" label={t.codeLabel} hint={t.enter} error={shown.codeError}>
          <input
            id="code"
            name="code"
            required
            maxlength={32}
            autocomplete="one-time-code"
            autocapitalize="characters"
            value={shown.typed ?? ''}
            {...tiedTo('code', t.enter, shown.codeError)}
          />
        </Field>
        <button type="submit">{t.link}</button>
      </form>
      <ul class="plain-list">
        {items.map((line) => (
          <LineItem lang={lang} line={line} />
        ))}
      </ul>
    </>,
  )
}

const LineItem: FC<{ lang: Lang; line: UserLineWire }> = ({ lang, line }) => {
  const t = words[lang]
  const name = nameOf(lang, line)
  const byItself = line.linked && line.lineUser === null
  return (
    <li>
      <div class="row">
        <strong>
          <Said>{name}</Said>
        </strong>
        <span>
          {line.state !== 'active' && <Pill tone="wait">{t.states[line.state]}</Pill>}{' '}
          <Pill tone={line.linked ? 'good' : 'plain'}>
            {byItself ? t.platform : line.linked ? t.linked : t.unlinked}
          </Pill>
        </span>
      </div>
      {line.lineUser !== null && (
        <div class="small">
          <Said>{t.as(line.lineUser)}</Said>
        </div>
      )}
      {line.mayPledge && <div class="small">{byItself ? t.byDefault : t.may}</div>}
      <div class="actions">
        {line.linked && line.pledges && (
          <LineForm
            action="permission"
            line={line.line}
            fields={line.mayPledge ? {} : { mayPledge: '1' }}
            text={line.mayPledge ? t.mayNotPledge : t.mayPledge}
            label={t.of(line.mayPledge ? t.mayNotPledge : t.mayPledge, name)}
          />
        )}
        {!line.linked && line.state !== 'closed' && (
          <LineForm action="code" line={line.line} text={t.getCode} label={t.of(t.getCode, name)} />
        )}
      </div>
      {line.lineUser !== null && (
        <details>
          <summary>{t.unlink}</summary>
          <p class="hint">{t.unlinkHint}</p>
          <LineForm action="unlink" line={line.line} text={t.unlink} label={t.of(t.unlink, name)} />
        </details>
      )}
    </li>
  )
}

const LineForm: FC<{
  action: 'permission' | 'code' | 'unlink'
  line: string
  fields?: Readonly<Record<string, string>>
  text: string
  label: string
}> = ({ action, line, fields = {}, text, label }) => (
  <form method="post" action={`/me/lines/${action}`}>
    <input type="hidden" name="line" value={line} />
    {Object.entries(fields).map(([name, value]) => (
      <input type="hidden" name={name} value={value} />
    ))}
    <button type="submit" class="plain" aria-label={label}>
      {text}
    </button>
  </form>
)

linesPages.action('/me/lines/link', async (c, form) => {
  const t = words[c.get('lang')]
  const code = form.text('code')
  const answer = await callInside(c, '/v1/me/links', { method: 'POST', json: { code } })
  if (answer.ok) return c.redirect('/me/lines?done=linked', 303)
  switch (answer.problem.code) {
    case 'code_invalid':
    case 'invalid_request':
      return linesPage(c, { codeError: t.wrong, typed: code })
    case 'already_linked':
      return linesPage(c, { codeError: t.taken, typed: code })
    default:
      throw asProblem(answer)
  }
})

linesPages.action('/me/lines/code', async (c, form) => {
  // The code is shown in this answer and nowhere else: an address is kept by browsers and servers.
  const answer = await callInside<{ line: string; code: string; expiresAt: string }>(c, '/v1/me/link-codes', {
    method: 'POST',
    json: { line: form.text('line') },
  })
  if (!answer.ok) throw asProblem(answer)
  return linesPage(c, { code: answer.data })
})

linesPages.action('/me/lines/permission', async (c, form) => {
  const mayPledge = form.ticked('mayPledge')
  const path = `/v1/me/lines/${encodeURIComponent(form.text('line'))}`
  const answer = await callInside(c, path, { method: 'PUT', json: { mayPledge } })
  if (!answer.ok) throw asProblem(answer)
  return c.redirect(`/me/lines?done=${mayPledge ? 'allowed' : 'forbidden'}`, 303)
})

linesPages.action('/me/lines/unlink', async (c, form) => {
  const path = `/v1/me/links/${encodeURIComponent(form.text('line'))}`
  const answer = await callInside(c, path, { method: 'DELETE' })
  if (!answer.ok) throw asProblem(answer)
  return c.redirect('/me/lines?done=unlinked', 303)
})
