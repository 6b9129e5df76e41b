import type { FC } from 'hono/jsx'
import { Moment, Pill, type Tone } from '../../pages/frame/parts.tsx'
import type { LineWire } from '../../registry/lines-routes.ts'
import type { RuleWire } from '../../registry/rules-routes.ts'
import { type Lang, writeNumber, writeTime } from '../../words/language.ts'
import { Folded } from './fields.tsx'

const words = {
  zh: {
    version: (version: number) => `第 ${version} 版`,
    states: { draft: '草稿', active: '生效中', retired: '已停用' },
    earns: (per: string, flowers: string) => `每 ${per} 得 ${flowers} 朵`,
    minimum: (least: string) => `不到 ${least} 不得花`,
    capPerDay: (most: string) => `每人每天最多 ${most} 朵`,
    capPerCampaign: (most: string) => `每人一共最多 ${most} 朵`,
    lineBudget: (most: string) => `业务线一共最多 ${most} 朵`,
    validFrom: (time: string) => `从 ${time} 起`,
    validTo: (time: string) => `到 ${time} 为止`,
    cooldown: (seconds: string) => `两次至少隔 ${seconds} 秒`,
    noCap: '没有任何上限',
    createdAt: '起草于',
    activatedAt: '启用于',
    retiredAt: '停用于',
    activate: '启用',
    activateText: (before: string) =>
      before === ''
        ? '启用后，这种善行照这一版得花。'
        : `启用后照这一版得花；现在的第 ${before} 版同时停用。`,
    activateYes: '确定启用',
    retire: '停用',
    retireText: { draft: '草稿停用后不能再启用。', active: '停用后，这种善行一朵也得不到，直到启用另一版。' },
    retireYes: '确定停用',
    again: '照它起草新版本',
  },
  en: {
    version: (version: number) => `Version ${version}`,
    states: { draft: 'Draft', active: 'Active', retired: 'Retired' },
    earns: (per: string, flowers: string) => `${per} earn ${flowers} ✿`,
    minimum: (least: string) => `nothing below ${least}`,
    capPerDay: (most: string) => `at most ${most} a user and day`,
    capPerCampaign: (most: string) => `at most ${most} a user in all`,
    lineBudget: (most: string) => `at most ${most} for the whole line`,
    validFrom: (time: string) => `from ${time}`,
    validTo: (time: string) => `until ${time}`,
    cooldown: (seconds: string) => `at least ${seconds} s apart`,
    noCap: 'no limit at all',
    createdAt: 'Drafted',
    activatedAt: 'Activated',
    retiredAt: 'Retired',
    activate: 'Activate',
    activateText: (before: string) =>
      before === ''
        ? 'Acts of this kind earn by this version.'
        : `Acts of this kind earn by this version; version ${before} is retired in the same moment.`,
    activateYes: 'Yes, activate it',
    retire: 'Retire',
    retireText: {
      draft: 'A draft that was retired cannot be activated any more.',
      active: 'Acts of this kind earn nothing until another version is activated.',
    },
    retireYes: 'Yes, retire it',
    again: 'Draft a new version from it',
  },
}

const TONES: Record<RuleWire['state'], Tone> = { draft: 'wait', active: 'good', retired: 'plain' }

/** A version of a rule in plain words, with what can be done with it. `active` is the version that earns now. */
export const RuleItem: FC<{ lang: Lang; line: LineWire; rule: RuleWire; active: string }> = ({
  lang,
  line,
  rule,
  active,
}) => {
  const t = words[lang]
  const moves = line.state === 'closed' || rule.state === 'retired' ? [] : movesOf(rule.state)
  return (
    <article class="card">
      <div class="row">
        <h3>{t.version(rule.version)}</h3>
        <Pill tone={TONES[rule.state]}>{t.states[rule.state]}</Pill>
      </div>
      <p>{tellRule(lang, rule)}</p>
      <p class="small">
        {t.createdAt} <Moment lang={lang} time={rule.createdAt} />
        {(['activatedAt', 'retiredAt'] as const).map((name) => {
          const time = rule[name]
          return (
            time && (
              <>
                {' '}
                · {t[name]} <Moment lang={lang} time={time} />
              </>
            )
          )
        })}
      </p>
      {line.state !== 'closed' && (
        <p>
          <a href={`/ops/lines/${line.id}/rules?from=${rule.kind}/${rule.version}#draft-title`}>{t.again}</a>
        </p>
      )}
      <div class="ops-moves">
        {moves.map((move) => (
          <Folded summary={move === 'activate' ? t.activate : t.retire}>
            <p>
              {move === 'activate'
                ? t.activateText(active)
                : t.retireText[rule.state === 'active' ? 'active' : 'draft']}
            </p>
            <form method="post" action={`/ops/lines/${line.id}/rules/${rule.kind}/${rule.version}/${move}`}>
              <input type="hidden" name="active" value={active} />
              <button type="submit">{move === 'activate' ? t.activateYes : t.retireYes}</button>
            </form>
          </Folded>
        ))}
      </div>
    </article>
  )
}

const movesOf = (state: 'draft' | 'active'): readonly ('activate' | 'retire')[] =>
  state === 'draft' ? ['activate', 'retire'] : ['retire']

/** What a rule says, as a sentence of its parts. */
function tellRule(lang: Lang, rule: RuleWire): string {
  const t = words[lang]
  const number = (value: number) => writeNumber(lang, value)
  const { minimum, capPerDay, capPerCampaign, lineBudget, validFrom, validTo, cooldownSeconds } = rule
  const caps = [
    ...(capPerDay === null ? [] : [t.capPerDay(number(capPerDay))]),
    ...(capPerCampaign === null ? [] : [t.capPerCampaign(number(capPerCampaign))]),
    ...(lineBudget === null ? [] : [t.lineBudget(number(lineBudget))]),
  ]
  return [
    t.earns(number(rule.per), number(rule.flowers)),
    ...(minimum > 1 ? [t.minimum(number(minimum))] : []),
    ...(caps.length > 0 ? caps : [t.noCap]),
    ...(validFrom === null ? [] : [t.validFrom(writeTime(lang, validFrom))]),
    ...(validTo === null ? [] : [t.validTo(writeTime(lang, validTo))]),
    ...(cooldownSeconds > 0 ? [t.cooldown(number(cooldownSeconds))] : []),
  ].join(lang === 'zh' ? '；' : '; ')
}
