import type { FC } from 'hono/jsx'
import type { MemberWire } from '../../organisations/member-routes.ts'
import type { OrganisationWire } from '../../organisations/organisation-routes.ts'
import type { PageContext } from '../../pages/frame/context.ts'
import { type Listed, readInside } from '../../pages/frame/inside.ts'
import { nameOf, titleOf } from '../../pages/frame/names.ts'
import { Pages } from '../../pages/frame/pages.tsx'
import { listQuery, nextOf } from '../../pages/frame/paging.ts'
import { Back, Day, More, Paragraphs, Pill, Said, Section } from '../../pages/frame/parts.tsx'
import { requireOperator, sendDeskPage } from '../frame.tsx'
import { ask, type Refused } from './asking.ts'
import { ChoiceField, Confirm, DeskForm, Filled, Folded, TextField } from './fields.tsx'
import { KIND_WORDS } from './organisation-words.ts'
import { StatePill } from './states.tsx'
import { Done, statusOfRefused, WhyRefused } from './told.tsx'

/** One organisation: who acts for it, and what it took on. */

const words = {
  zh: {
    back: '回到机构',
    id: '编号',
    kind: '类型',
    contact: '联系方式',
    members: '成员',
    noMembers: '还没有成员：先加一位管理员，它才能答复请求。',
    admin: '管理员',
    member: '成员',
    more: '更多成员',
    add: '添加或更改成员',
    user: '用户编号',
    userHint: '这位用户在平台上的编号。',
    role: '身份',
    submit: '保存',
    remove: '移出',
    sureRemove: (user: string) => `确认把 ${user} 移出这家机构`,
    dreams: '承接的梦想',
    noDreams: '还没有承接梦想。',
    told: { registered: '机构登记好了。接下来加一位管理员。', put: '成员已保存。', removed: '已移出。' },
    rules: {
      member: {
        state_conflict: '还在用的机构要留着最后一位管理员；已注销的账户不能成为成员。',
        limit_reached: '一家机构最多 200 位成员。',
      },
    },
    last: '还在用的机构要留着最后一位管理员：先加另一位。',
  },
  en: {
    back: 'Back to organisations',
    id: 'Id',
    kind: 'Kind',
    contact: 'Contact',
    members: 'Members',
    noMembers: 'It has none yet: add an admin first, who can answer offers.',
    admin: 'Admin',
    member: 'Member',
    more: 'More members',
    add: 'Add or change a member',
    user: 'User id',
    userHint: 'The id of that user on the platform.',
    role: 'Part',
    submit: 'Save',
    remove: 'Remove',
    sureRemove: (user: string) => `Yes, take ${user} out of this organisation`,
    dreams: 'What it took on',
    noDreams: 'Nothing yet.',
    told: {
      registered: 'It is registered. Add an admin next.',
      put: 'The member is saved.',
      removed: 'They are removed.',
    },
    rules: {
      member: {
        state_conflict: 'An active organisation keeps its last admin, and a deleted account is no member.',
        limit_reached: 'An organisation has at most 200 members.',
      },
    },
    last: 'An active organisation keeps its last admin: make another one first.',
  },
}

async function showOrganisation(c: PageContext, refused: Refused | null = null): Promise<Response> {
  const lang = c.get('lang')
  const t = words[lang]
  const path = `/v1/organisations/${encodeURIComponent(c.req.param('organisation') ?? '')}`
  const [organisation, members] = await Promise.all([
    readInside<OrganisationWire>(c, path),
    readInside<Listed<MemberWire>>(c, `${path}/members${listQuery(c, { pageSize: 100 })}`),
  ])
  const { id, kind, about, contact, state, dreams } = organisation
  const title = nameOf(lang, organisation)
  const next = nextOf(`/ops/organisations/${id}`, members.nextCursor)
  const rules = refused?.form.startsWith('remove-') ? { [refused.form]: t.last } : t.rules
  return sendDeskPage(
    c,
    'dreams',
    { title, ...statusOfRefused(refused) },
    <>
      <Back href="/ops/organisations">{t.back}</Back>
      <h1>
        <Said>{title}</Said>
      </h1>
      <p>
        <StatePill lang={lang} state={state} />
      </p>
      <Done c={c} told={t.told} />
      <WhyRefused lang={lang} refused={refused} rules={rules} />
      <dl class="facts">
        <dt>{t.id}</dt>
        <dd>
          <code>{id}</code>
        </dd>
        <dt>{t.kind}</dt>
        <dd>{KIND_WORDS[lang][kind]}</dd>
        <dt>{t.contact}</dt>
        <dd>
          <Said>{contact}</Said>
        </dd>
      </dl>
      <Paragraphs text={about} />
      <Section id="members" title={t.members}>
        {members.items.length === 0 && <p>{t.noMembers}</p>}
        <ul class="plain-list">
          {members.items.map((member) => (
            <MemberRow c={c} organisation={id} member={member} refused={refused} />
          ))}
        </ul>
        <More href={next}>{t.more}</More>
        <PutMember c={c} organisation={id} first={members.items.length === 0} refused={refused} />
      </Section>
      <Section id="dreams" title={t.dreams}>
        {dreams.length === 0 && <p>{t.noDreams}</p>}
        <ul class="plain-list">
          {dreams.map((dream) => (
            <li class="row">
              <a href={`/ops/dreams/${dream.id}/offers`}>
                <Said>{titleOf(lang, dream)}</Said>
              </a>
              <StatePill lang={lang} state={dream.state} />
            </li>
          ))}
        </ul>
      </Section>
    </>,
  )
}

interface MemberProps {
  readonly c: PageContext
  readonly organisation: string
  readonly refused: Refused | null
}

const MemberRow: FC<MemberProps & { member: MemberWire }> = ({ c, organisation, member, refused }) => {
  const lang = c.get('lang')
  const t = words[lang]
  const { user, role, since } = member
  const f = new Filled(lang, `remove-${user}`, refused)
  return (
    <li>
      <p>
        <Said>{user}</Said> <Pill>{t[role]}</Pill>{' '}
        <span class="small">
          <Day lang={lang} time={since} />
        </span>
      </p>
      <Folded f={f} summary={t.remove}>
        <DeskForm action={`/ops/organisations/${organisation}/members/remove`} submit={t.remove}>
          <input type="hidden" name="user" value={user} />
          <Confirm f={f} label={t.sureRemove(user)} />
        </DeskForm>
      </Folded>
    </li>
  )
}

const PutMember: FC<MemberProps & { first: boolean }> = ({ c, organisation, first, refused }) => {
  const lang = c.get('lang')
  const t = words[lang]
  const f = new Filled(lang, 'member', refused)
  return (
    <Folded f={f} summary={t.add} open={first}>
      <DeskForm action={`/ops/organisations/${organisation}/members`} submit={t.submit}>
        <TextField f={f} name="user" label={t.user} hint={t.userHint} max={128} required />
        <ChoiceField
          f={f}
          name="role"
          label={t.role}
          value={first ? 'admin' : 'member'}
          options={[
            ['admin', t.admin],
            ['member', t.member],
          ]}
        />
      </DeskForm>
    </Folded>
  )
}

export const organisationPages = new Pages()

organisationPages.view('/ops/organisations/:organisation', (c) => {
  requireOperator(c)
  return showOrganisation(c)
})

/** A member's path in the API. A user id may be `.` or `..`, which a path would not keep. */
function memberPath(c: PageContext, user: string): string {
  const name = encodeURIComponent(user).replaceAll('.', '%2E')
  return `/v1/organisations/${encodeURIComponent(c.req.param('organisation') ?? '')}/members/${name || '%20'}`
}

const back = (c: PageContext, done: string): Response =>
  c.redirect(`/ops/organisations/${encodeURIComponent(c.req.param('organisation') ?? '')}?done=${done}`, 303)

organisationPages.action('/ops/organisations/:organisation/members', async (c, form) => {
  requireOperator(c)
  const asked = await ask(c, {
    ...{ form: 'member', typed: form, method: 'PUT', json: { role: form.text('role') } },
    path: memberPath(c, form.text('user')),
    about: { member_not_found: 'user' },
  })
  return asked.done ? back(c, 'put') : showOrganisation(c, asked.refused)
})

organisationPages.action('/ops/organisations/:organisation/members/remove', async (c, form) => {
  requireOperator(c)
  const user = form.text('user')
  const asked = await ask(c, {
    ...{ form: `remove-${user}`, typed: form, method: 'DELETE', confirmed: true },
    path: memberPath(c, user),
  })
  return asked.done ? back(c, 'removed') : showOrganisation(c, asked.refused)
})
