import { Problem } from '../../http/problem.ts'
import { CONFIRMATION, type ProfileWire } from '../../people/routes.ts'
import { endSession } from '../../sessions/session.ts'
import { colon } from '../../words/language.ts'
import type { PageContext } from '../frame/context.ts'
import { asProblem, callInside, fetchInside, type ProblemBody, readInside } from '../frame/inside.ts'
import { sendPage } from '../frame/layout.tsx'
import { Pages, requireSession } from '../frame/pages.tsx'
import { Field, Notice, Section, tiedTo } from '../frame/parts.tsx'
import { sendMine } from './frame.tsx'

/** What a person says of themselves, everything that is kept of them, and the end of both. */

const words = {
  zh: {
    title: '我的账户',
    id: '账户编号',
    profile: '我是谁',
    name: '名字',
    nameHint: '在你愿意被看到的地方显示。可以留空，最多 80 个字。',
    contact: '联系方式',
    contactHint: '只有你报名帮忙的梦想的执行方看得到。可以留空，最多 200 个字。',
    save: '保存',
    saved: '已保存。',
    wrong: '太长了，或者有换行。',
    export: '带走我的数据',
    exportText: '关于你的一切，一个 JSON 文件。',
    download: '下载',
    delete: '注销账户',
    deleteText:
      '名字、联系方式、草稿、图片、关注和关联都会删除，不能恢复。已经送出的小红花仍然算数；还没送的，再也送不出去。',
    confirm: '我明白，永久注销我的账户',
    deleteButton: '注销',
    unconfirmed: '请先勾选确认。',
    gone: '账户已注销',
    goneText: '谢谢你来过。你送出的小红花仍然在梦想里。',
    home: '回到梦想墙',
  },
  en: {
    title: 'My account',
    id: 'Account',
    profile: 'Who I am',
    name: 'Name',
    nameHint: 'Shown where you choose to be shown. May be empty; at most 80 characters.',
    contact: 'Contact',
    contactHint: 'Seen only by those who carry out a dream you offered to help. May be empty; at most 200.',
    save: 'Save',
    saved: 'Saved.',
    wrong: 'Too long, or it has a line break.',
    export: 'Take my data with me',
    exportText: 'Everything about you, as one JSON file.',
    download: 'Download',
    delete: 'Delete my account',
    deleteText:
      'Name, contact, drafts, pictures, follows and links go for good. Flowers you gave stay counted; those you did not give can no longer be given.',
    confirm: 'I understand: delete my account for good',
    deleteButton: 'Delete',
    unconfirmed: 'Tick the box first.',
    gone: 'Your account is deleted',
    goneText: 'Thank you for having been here. The flowers you gave stay with their dreams.',
    home: 'Back to the dreams',
  },
}

interface Shown {
  readonly typed?: Pick<ProfileWire, 'name' | 'contact'>
  readonly errors?: ProblemBody['errors']
  readonly unconfirmed?: boolean
}

export const accountPages = new Pages()

accountPages.view('/me/account', (c) => {
  requireSession(c)
  return accountPage(c)
})

async function accountPage(c: PageContext, shown: Shown = {}): Promise<Response> {
  const { user } = requireSession(c)
  const t = words[c.get('lang')]
  const { name, contact } = shown.typed ?? (await readInside<ProfileWire>(c, '/v1/me/profile'))
  const wrong = (field: string) => (shown.errors?.some(({ path }) => path === field) ? t.wrong : undefined)
  const failed = shown.errors !== undefined || shown.unconfirmed
  return sendMine(
    c,
    'account',
    { title: t.title, ...(failed ? { status: 422 as const } : {}) },
    <>
      <h1>{t.title}</h1>
      {c.req.query('done') === 'saved' && <Notice tone="good">{t.saved}</Notice>}
      <p class="small">
        {t.id}
        {colon[c.get('lang')]}
        <code>{user}</code>
      </p>
      <Section id="profile" title={t.profile}>
        <form method="post" action="/me/account" class="card">
          <Field id="name" label={t.name} hint={t.nameHint} error={wrong('name')}>
            <input
              id="name"
              name="name"
              value={name}
              maxlength={80}
              autocomplete="name"
              dir="auto"
              {...tiedTo('name', t.nameHint, wrong('name'))}
            />
          </Field>
          <Field id="contact" label={t.contact} hint={t.contactHint} error={wrong('contact')}>
            <input
              id="contact"
              name="contact"
              value={contact}
              maxlength={200}
              autocomplete="email"
              dir="auto"
              {...tiedTo('contact', t.contactHint, wrong('contact'))}
            />
          </Field>
          <button type="submit">{t.save}</button>
        </form>
      </Section>
      <Section id="export" title={t.export}>
        <p>{t.exportText}</p>
        <p>
          <a class="button plain" href="/me/export" download>
            {t.download}
          </a>
        </p>
      </Section>
      <Section id="delete" title={t.delete}>
        <p>{t.deleteText}</p>
        <details open={shown.unconfirmed}>
          <summary>{t.delete}</summary>
          <form method="post" action="/me/delete">
            {shown.unconfirmed && (
              <p class="error" id="confirm-error">
                {t.unconfirmed}
              </p>
            )}
            <label class="choice">
              <input
                type="checkbox"
                name="confirm"
                value="1"
                required
                aria-describedby={shown.unconfirmed ? 'confirm-error' : undefined}
              />
              {t.confirm}
            </label>
            <button type="submit">{t.deleteButton}</button>
          </form>
        </details>
      </Section>
    </>,
  )
}

accountPages.action('/me/account', async (c, form) => {
  const typed = { name: form.text('name'), contact: form.text('contact') }
  const answer = await callInside(c, '/v1/me/profile', { method: 'PUT', json: typed })
  if (answer.ok) return c.redirect('/me/account?done=saved', 303)
  if (answer.problem.code !== 'invalid_request') throw asProblem(answer)
  return accountPage(c, { typed, errors: answer.problem.errors ?? [] })
})

/** The API's own answer, passed on as it comes. */
accountPages.view('/me/export', async (c) => {
  requireSession(c)
  const answer = await fetchInside(c, '/v1/me/export')
  if (!answer.ok) throw new Problem(((await answer.json()) as ProblemBody).code)
  return new Response(answer.body, answer)
})

accountPages.action('/me/delete', async (c, form) => {
  requireSession(c)
  if (!form.ticked('confirm')) return accountPage(c, { unconfirmed: true })
  const answer = await callInside(c, '/v1/me', { method: 'DELETE', json: { confirm: CONFIRMATION } })
  if (!answer.ok) throw asProblem(answer)
  endSession(c)
  c.set('session', null)
  const t = words[c.get('lang')]
  return sendPage(
    c,
    { title: t.gone },
    <>
      <h1>{t.gone}</h1>
      <p class="lead">{t.goneText}</p>
      <p>
        <a class="button" href="/">
          {t.home}
        </a>
      </p>
    </>,
  )
})
