import type { FC } from 'hono/jsx'
import type { Form } from '../../pages/frame/forms.ts'
import type { Lang } from '../../words/language.ts'
import { errorAt, Input, type Refused, Tick } from './fields.tsx'

/** The fields that a line is registered with and that can be changed later. */

const words = {
  zh: {
    name: '中文名',
    nameEn: '英文名',
    contact: '联系人',
    contactHint: '出问题时找谁：邮箱或电话。',
    timeZone: '时区',
    timeZoneHint: '业务线的一天从这里的零点开始，如 Asia/Shanghai。',
    kinds: '善行种类',
    kindsHint: '用空格隔开，每种用小写字母、数字和连字符，最多 32 种。正在生效规则的种类不能拿掉。',
    rate: '每分钟最多条数',
    rateHint: '1 到 1,800,000。',
    mayPledge: '可以替自己的用户捐花',
  },
  en: {
    name: 'Name in Chinese',
    nameEn: 'Name in English',
    contact: 'Contact',
    contactHint: 'Whom to reach when it is not well: an address or a number.',
    timeZone: 'Time zone',
    timeZoneHint: 'A day of the line begins at midnight there, as Asia/Shanghai.',
    kinds: 'Kinds of acts',
    kindsHint: 'Separated by spaces; a-z, 0-9 and hyphens, at most 32. One with an active rule has to stay.',
    rate: 'Items a minute at the most',
    rateHint: '1 to 1,800,000.',
    mayPledge: 'May ask for pledges in the names of its users',
  },
}

/** As they are typed. */
export interface LineFields {
  readonly name: string
  readonly nameEn: string
  readonly contact: string
  readonly timeZone: string
  readonly kinds: string
  readonly mayPledge: boolean
  readonly ratePerMinute: string
}

/** What was typed. */
export const typedLine = (form: Form): LineFields => ({
  name: form.text('name'),
  nameEn: form.text('nameEn'),
  contact: form.text('contact'),
  timeZone: form.text('timeZone'),
  kinds: form.text('kinds'),
  mayPledge: form.ticked('mayPledge'),
  ratePerMinute: form.text('ratePerMinute'),
})

/** What was typed, as the API takes it. */
export const lineBody = (form: Form) => ({
  ...typedLine(form),
  kinds: form
    .text('kinds')
    .split(/[\s,，、]+/)
    .filter(Boolean),
  ratePerMinute: form.int('ratePerMinute'),
})

export const LineInputs: FC<{ lang: Lang; values: LineFields; refused: Refused | null }> = ({
  lang,
  values,
  refused,
}) => {
  const t = words[lang]
  const error = (name: string) => errorAt(lang, refused, name)
  return (
    <>
      <div class="ops-fields">
        <Input id="name" label={t.name} value={values.name} error={error('name')} maxLength={200} required />
        <Input
          id="nameEn"
          label={t.nameEn}
          value={values.nameEn}
          error={error('nameEn')}
          maxLength={200}
          required
        />
        <Input
          {...{ id: 'contact', label: t.contact, hint: t.contactHint, value: values.contact }}
          {...{ error: error('contact'), maxLength: 200, required: true }}
        />
        <Input
          {...{ id: 'timeZone', label: t.timeZone, hint: t.timeZoneHint, value: values.timeZone }}
          {...{ error: error('timeZone'), maxLength: 64, required: true }}
        />
        <Input
          {...{ id: 'kinds', label: t.kinds, hint: t.kindsHint, value: values.kinds }}
          {...{ error: error('kinds'), maxLength: 3_000, required: true }}
        />
        <Input
          {...{ id: 'ratePerMinute', label: t.rate, hint: t.rateHint, value: values.ratePerMinute }}
          {...{ error: error('ratePerMinute'), type: 'number', min: 1, max: 1_800_000, required: true }}
        />
      </div>
      <Tick name="mayPledge" label={t.mayPledge} checked={values.mayPledge} />
    </>
  )
}
