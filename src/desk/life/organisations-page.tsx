import type { FC } from 'hono/jsx'
import type { ListedOrganisationWire } from '../../organisations/organisation-routes.ts'
import type { PageContext } from '../../pages/frame/context.ts'
import { type Listed, readInside } from '../../pages/frame/inside.ts'
import { nameOf } from '../../pages/frame/names.ts'
import { Pages } from '../../pages/frame/pages.tsx'
import { listQuery, nextOf } from '../../pages/frame/paging.ts'
import { Back, More, Said } from '../../pages/frame/parts.tsx'
import type { Lang } from '../../words/language.ts'
import { requireOperator, sendDeskPage } from '../frame.tsx'
import { ask, type Refused } from './asking.ts'
import { ChoiceField, DeskForm, Filled, Folded, LongField, TextField } from './fields.tsx'
import { KIND_WORDS } from './organisation-words.ts'
import { StatePill } from './states.tsx'
import { statusOfRefused, WhyRefused } from './told.tsx'

/** The organisations that may carry dreams out. */

const words = {
  zh: {
    title: '机构',
    back: '回到活动与梦想',
    none: '还没有登记的机构。',
    more: '更多机构',
    new: '登记机构',
    id: '编号',
    idHint: '在地址里用，登记后不能改：小写字母、数字和连字符。',
    name: '名称',
    nameEn: '英文名称',
    kind: '类型',
    about: '简介',
    aboutHint: '可以不填。会公开。',
    contact: '联系方式',
    contactHint: '只有它的成员和运营者能看到。',
    submit: '登记',
  },
  en: {
    title: 'Organisations',
    back: 'Back to campaigns and dreams',
    none: 'None is registered yet.',
    more: 'More organisations',
    new: 'Register one',
    id: 'Id',
    idHint: 'Stands in addresses, for good: small letters, digits and hyphens.',
    name: 'Name in Chinese',
    nameEn: 'Name in English',
    kind: 'Kind',
    about: 'About it',
    aboutHint: 'May be left empty. Public.',
    contact: 'Contact',
    contactHint: 'Shown to its members and to operators only.',
    submit: 'Register it',
  },
}

async function showOrganisations(c: PageContext, refused: Refused | null = null): Promise<Response> {
  const lang = c.get('lang')
  const t = words[lang]
  const page = await readInside<Listed<ListedOrganisationWire>>(
    c,
    `/v1/organisations${listQuery(c, { pageSize: 50 })}`,
  )
  const next = nextOf('/ops/organisations', page.nextCursor)
  return sendDeskPage(
    c,
    'dreams',
    { title: t.title, ...statusOfRefused(refused) },
    <>
      <Back href="/ops/dreams">{t.back}</Back>
      <h1>{t.title}</h1>
      <WhyRefused lang={lang} refused={refused} />
      {page.items.length === 0 && <p>{t.none}</p>}
      <ul class="plain-list">
        {page.items.map((organisation) => (
          <li class="row">
            <a class="queue-title" href={`/ops/organisations/${organisation.id}`}>
              <Said>{nameOf(lang, organisation)}</Said>
            </a>
            <span class="small">
              {KIND_WORDS[lang][organisation.kind]} <StatePill lang={lang} state={organisation.state} />
            </span>
          </li>
        ))}
      </ul>
      <More href={next}>{t.more}</More>
      <NewOrganisation lang={lang} refused={refused} open={page.items.length === 0} />
    </>,
  )
}

const NewOrganisation: FC<{ lang: Lang; refused: Refused | null; open: boolean }> = ({
  lang,
  refused,
  open,
}) => {
  const t = words[lang]
  const f = new Filled(lang, 'organisation', refused)
  return (
    <Folded f={f} summary={t.new} open={open}>
      <DeskForm action="/ops/organisations" submit={t.submit}>
        <TextField f={f} name="id" label={t.id} hint={t.idHint} max={64} required />
        <TextField f={f} name="name" label={t.name} max={200} required />
        <TextField f={f} name="nameEn" label={t.nameEn} max={200} required />
        <ChoiceField
          f={f}
          name="kind"
          label={t.kind}
          options={Object.entries(KIND_WORDS[lang]).map(([kind, text]) => [kind, text] as const)}
        />
        <LongField f={f} name="about" label={t.about} hint={t.aboutHint} max={2_000} />
        <TextField f={f} name="contact" label={t.contact} hint={t.contactHint} max={200} required />
      </DeskForm>
    </Folded>
  )
}

export const organisationsPages = new Pages()

organisationsPages.view('/ops/organisations', (c) => {
  requireOperator(c)
  return showOrganisations(c)
})

const FIELDS = ['id', 'name', 'nameEn', 'kind', 'about', 'contact']

organisationsPages.action('/ops/organisations', async (c, form) => {
  requireOperator(c)
  const asked = await ask<{ id: string }>(c, {
    ...{ form: 'organisation', typed: form, path: '/v1/organisations', about: { organisation_exists: 'id' } },
    json: Object.fromEntries(FIELDS.map((name) => [name, form.text(name)])),
  })
  return asked.done
    ? c.redirect(`/ops/organisations/${encodeURIComponent(asked.data.id)}?done=registered`, 303)
    : showOrganisations(c, asked.refused)
})
