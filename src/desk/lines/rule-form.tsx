import type { FC } from 'hono/jsx'
import type { Form } from '../../pages/frame/forms.ts'
import { Field, tiedTo } from '../../pages/frame/parts.tsx'
import type { LineWire } from '../../registry/lines-routes.ts'
import type { RuleWire } from '../../registry/rules-routes.ts'
import { readMoment, writeMoment } from '../../words/clock.ts'
import type { Lang } from '../../words/language.ts'
import { errorAt, Input, type Refused } from './fields.tsx'

const words = {
  zh: {
    kind: '善行种类',
    per: '每多少数量',
    perHint: '善行报来的数量，如步数。',
    flowers: '得几朵花',
    minimum: '至少多少数量才得花',
    capPerDay: '每人每天最多几朵',
    capPerCampaign: '每人从生效那天起最多几朵',
    lineBudget: '整条业务线一共最多几朵',
    free: '空着就是不限。',
    validFrom: '从何时做的善行算数',
    validTo: '到何时为止（不含）',
    time: '北京时间；空着就是不限。',
    cooldown: '两次得花至少隔几秒',
    cooldownHint: '0 到 2,592,000（30 天）。',
    submit: '存为草稿',
  },
  en: {
    kind: 'Kind of act',
    per: 'A quantity of',
    perHint: 'What an act states, as steps.',
    flowers: 'earns flowers',
    minimum: 'A smaller quantity earns nothing',
    capPerDay: 'Flowers of a user and day, at most',
    capPerCampaign: 'Flowers of a user from the first day on, at most',
    lineBudget: 'Flowers of the whole line, at most',
    free: 'Empty for no limit.',
    validFrom: 'Acts done from',
    validTo: 'Acts done until (exclusive)',
    time: 'Time in China (UTC+8); empty for no limit.',
    cooldown: 'Seconds between two acts that earn',
    cooldownHint: '0 to 2,592,000 (30 days).',
    submit: 'Save as a draft',
  },
}

const FIELDS = [
  ...(['kind', 'per', 'flowers', 'minimum', 'capPerDay', 'capPerCampaign', 'lineBudget'] as const),
  ...(['validFrom', 'validTo', 'cooldownSeconds'] as const),
]

/** As they are typed. */
export type RuleFields = Readonly<Record<(typeof FIELDS)[number], string>>

/** What was typed. */
export const typedRule = (form: Form): RuleFields =>
  Object.fromEntries(FIELDS.map((name) => [name, form.text(name)])) as RuleFields

/** A form to begin with: an earlier version of the rule, or what is usual. */
export function ruleFields(kind: string, rule: RuleWire | undefined): RuleFields {
  const amount = (value: number | null | undefined) => (value == null ? '' : String(value))
  return {
    kind,
    per: String(rule?.per ?? 1),
    flowers: String(rule?.flowers ?? 1),
    minimum: String(rule?.minimum ?? 1),
    capPerDay: amount(rule?.capPerDay),
    capPerCampaign: amount(rule?.capPerCampaign),
    lineBudget: amount(rule?.lineBudget),
    validFrom: writeMoment(rule?.validFrom ?? null),
    validTo: writeMoment(rule?.validTo ?? null),
    cooldownSeconds: String(rule?.cooldownSeconds ?? 0),
  }
}

/** What was typed, as the API takes it. */
export function ruleBody(form: Form) {
  const amount = (name: string) => (form.text(name) === '' ? null : form.int(name))
  return {
    kind: form.text('kind'),
    per: form.int('per'),
    flowers: form.int('flowers'),
    minimum: form.int('minimum'),
    capPerDay: amount('capPerDay'),
    capPerCampaign: amount('capPerCampaign'),
    lineBudget: amount('lineBudget'),
    validFrom: readMoment(form.text('validFrom')) || null,
    validTo: readMoment(form.text('validTo')) || null,
    cooldownSeconds: form.int('cooldownSeconds'),
  }
}

/** The form that drafts a rule. */
export const RuleForm: FC<{ lang: Lang; line: LineWire; values: RuleFields; refused: Refused | null }> = ({
  lang,
  line,
  values,
  refused,
}) => {
  const t = words[lang]
  const field = (name: keyof RuleFields, label: string, hint?: string) => ({
    ...{ id: name, label, hint, value: values[name], error: errorAt(lang, refused, name) },
  })
  const number = { type: 'number', min: 1 } as const
  const kindError = errorAt(lang, refused, 'kind')
  return (
    <form method="post" action={`/ops/lines/${line.id}/rules`}>
      <Field id="kind" label={t.kind} error={kindError}>
        <select id="kind" name="kind" {...tiedTo('kind', undefined, kindError)}>
          {line.kinds.map((kind) => (
            <option value={kind} selected={kind === values.kind}>
              {kind}
            </option>
          ))}
        </select>
      </Field>
      <div class="ops-fields">
        <Input {...field('per', t.per, t.perHint)} {...number} required />
        <Input {...field('flowers', t.flowers)} {...number} required />
        <Input {...field('minimum', t.minimum)} {...number} required />
        <Input {...field('capPerDay', t.capPerDay, t.free)} {...number} />
        <Input {...field('capPerCampaign', t.capPerCampaign, t.free)} {...number} />
        <Input {...field('lineBudget', t.lineBudget, t.free)} {...number} />
        <Input {...field('validFrom', t.validFrom, t.time)} type="datetime-local" />
        <Input {...field('validTo', t.validTo, t.time)} type="datetime-local" />
        <Input
          {...field('cooldownSeconds', t.cooldown, t.cooldownHint)}
          {...number}
          min={0}
          max={2_592_000}
          required
        />
      </div>
      <button type="submit">{t.submit}</button>
    </form>
  )
}
