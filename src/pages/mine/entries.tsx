import type { FC } from 'hono/jsx'
import type { DreamPage } from '../../dreams/wire.ts'
import type { Entry } from '../../ledger/routes.ts'
import type { UserLineWire } from '../../links/routes.ts'
import { type Lang, writeNumber } from '../../words/language.ts'
import type { PageContext } from '../frame/context.ts'
import { type Listed, readOptional } from '../frame/inside.ts'
import { nameOf, titleOf } from '../frame/names.ts'
import { Moment, Said } from '../frame/parts.tsx'

/** What the lines and dreams are called that a history names by their ids. */
export interface Names {
  readonly lines: ReadonlyMap<string, string>
  readonly dreams: ReadonlyMap<string, string>
}

/** Names in the language of the page. Where they cannot be had the ids stand for them: the history is there all the same. */
export async function readNames(c: PageContext): Promise<Names> {
  const lang = c.get('lang')
  const [lines, dreams] = await Promise.all([
    readOptional<Listed<UserLineWire>>(c, '/v1/me/lines'),
    readOptional<DreamPage>(c, '/v1/dreams?pageSize=100'),
  ])
  return {
    lines: new Map(lines?.items.map((line) => [line.line, nameOf(lang, line)])),
    dreams: new Map(dreams?.items.map((dream) => [dream.id, titleOf(lang, dream)])),
  }
}

const words = {
  zh: {
    credit: '做好事得花',
    pledge: '送给梦想',
    refund: '从梦想退回',
    reversal: '业务线撤回',
    moved: '关联时带来',
    dream_expired: '梦想没有达标',
    act_revoked: '得花的善行被撤回',
    daily_cap: '到了当日上限',
    campaign_cap: '到了活动上限',
    line_budget: '业务线今日的花发完了',
    cooldown: '两次之间太近',
    cut: (asked: number) => `应得 ${asked} 朵`,
    balance: (count: string) => `余额 ${count}`,
  },
  en: {
    credit: 'Earned',
    pledge: 'Given to a dream',
    refund: 'Came back from a dream',
    reversal: 'Taken back by the line',
    moved: 'Brought along by linking',
    dream_expired: 'the dream did not reach its quota',
    act_revoked: 'the act that earned them was taken back',
    daily_cap: 'limit of the day',
    campaign_cap: 'limit of the campaign',
    line_budget: "the line's flowers of the day were gone",
    cooldown: 'too soon after the last one',
    cut: (asked: number) => `would have been ${asked}`,
    balance: (count: string) => `balance ${count}`,
  },
}

/** Lines of a history, newest first: what moved, from where to where, why, and what the account held then. */
export const Entries: FC<{ lang: Lang; entries: readonly Entry[]; names: Names }> = ({
  lang,
  entries,
  names,
}) => {
  const t = words[lang]
  return (
    <ul class="plain-list">
      {entries.map((entry) => (
        <li>
          <div class="row">
            <strong>{t[entry.kind]}</strong>
            <span class={`entry-change ${entry.flowers < 0 ? 'out' : 'in'}`}>
              {entry.flowers > 0 ? '+' : ''}
              {writeNumber(lang, entry.flowers)}
            </span>
          </div>
          <Where entry={entry} names={names} />
          <Why lang={lang} entry={entry} />
          <div class="row small">
            <Moment lang={lang} time={entry.at} />
            <span>{t.balance(writeNumber(lang, entry.balance))}</span>
          </div>
        </li>
      ))}
    </ul>
  )
}

const Where: FC<{ entry: Entry; names: Names }> = ({ entry, names }) => {
  const { dream, line } = entry
  return (
    <div>
      {dream !== undefined && (
        <a href={`/dreams/${dream}`}>
          <Said>{names.dreams.get(dream) ?? dream}</Said>
        </a>
      )}
      {dream !== undefined && line !== undefined && ' · '}
      {line !== undefined && <Said>{names.lines.get(line) ?? line}</Said>}
    </div>
  )
}

const Why: FC<{ lang: Lang; entry: Entry }> = ({ lang, entry }) => {
  const t = words[lang]
  const { because, cut, asked, reason } = entry
  if (because === undefined && cut === undefined && reason === undefined) return null
  return (
    <div class="small">
      {because !== undefined && t[because]}
      {cut !== undefined &&
        `${t[cut]}${asked === undefined ? '' : lang === 'zh' ? `，${t.cut(asked)}` : `, ${t.cut(asked)}`}`}
      {reason !== undefined && <Said>{reason}</Said>}
    </div>
  )
}
