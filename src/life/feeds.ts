import type { AmendedField } from '../campaigns/amending.ts'
import { type Lang, writeDate, writeNumber, writeTime } from '../words/language.ts'
import { writeMoney } from '../words/money.ts'
import type { NewsKind } from './news.ts'
import { STATE_WORDS } from './state-words.ts'
import { LIFE_STATES, type LifeState } from './states.ts'

/** What a piece of news says, in the words people read. `text` is empty where the title says it all. */
export interface Words {
  readonly title: string
  readonly titleEn: string
  readonly text: string
  readonly textEn: string
}

type Data = Readonly<Record<string, unknown>>

/**
 * A piece of news in words. `data` is what was noted with it: each of the functions below reads the fields of its kind.
 * What is missing there is left out: news is append only, and older pieces may hold less.
 */
export function describeNews(kind: NewsKind, data: Data): Words {
  return DESCRIBE[kind](data)
}

const DESCRIBE: Readonly<Record<NewsKind, (data: Data) => Words>> = {
  moved: ({ from, to, reason, into }) => {
    const back = from === 'reached' && to === 'collecting'
    const state = isState(to) ? STATE_WORDS[back ? 'fallen' : to] : ['状态有变化', 'Its state changed']
    return words(state, [labelled('原因', 'Reason', reason), labelled('并入', 'Into', into)])
  },
  amended: ({ field, text, reason }) => {
    const [name, nameEn] = isField(field) ? FIELD_WORDS[field] : []
    return words(
      ['更正公告', 'A public correction'],
      [
        labelled('更正的内容', 'What is corrected', name, nameEn),
        labelled('应为', 'It should read', text),
        labelled('原因', 'Reason', reason),
      ],
    )
  },
  extended: ({ until, reason }) =>
    words(
      ['活动延长', 'The campaign is extended'],
      [labelledTime('延长至', 'Until', until, clock), labelled('原因', 'Reason', reason)],
    ),
  returned: ({ flowers, pledges }) =>
    words(
      ['小红花已全部退回', 'All flowers went back to their givers'],
      [
        labelledCount('退回的小红花', 'Flowers', flowers, ' 朵'),
        labelledCount('退回的送花次数', 'Gifts', pledges, ' 次'),
      ],
    ),
  // `organisation` is its id; its names come with it where they are known.
  offered: ({ organisation, name, nameEn }) =>
    words(
      ['邀请机构共创', 'An organisation is asked to take the dream on'],
      [labelled('机构', 'Organisation', name ?? organisation, nameEn ?? organisation)],
    ),
  taken_on: ({ organisation, name, nameEn }) =>
    words(
      ['有共创方加入', 'A co-creator took the dream on'],
      [labelled('共创方', 'Co-creator', name ?? organisation, nameEn ?? organisation)],
    ),
  granted: ({ amountCents, currency }) =>
    words(['获得创新资助', 'A grant was decided'], [labelledMoney('金额', 'Amount', amountCents, currency)]),
  milestone: ({ title, state }) => {
    const become = isMilestoneState(state) ? MILESTONE_WORDS[state] : [show(state), show(state)]
    return words(
      ['里程碑有进展', 'A milestone moved'],
      [
        labelled('里程碑', 'Milestone', title),
        [become[0] && `现状：${become[0]}`, become[1] && `Now: ${become[1]}`],
      ],
    )
  },
  measure: ({ name, unit, planned, actual }) => {
    const of = show(unit) && ` ${show(unit)}`
    return words(
      ['成效指标更新', 'A measure was read'],
      [
        labelled('指标', 'Measure', name),
        labelledCount('计划', 'Planned', planned, of, of),
        labelledCount('实际', 'Actual', actual, of, of),
      ],
    )
  },
  spending: ({ name, amountCents, currency }) =>
    words(
      ['资金使用更新', 'Money was spent'],
      [labelled('预算科目', 'Budget line', name), labelledMoney('金额', 'Amount', amountCents, currency)],
    ),
  report: ({ number, title, final }) =>
    words(final === true ? ['结项反馈已发布', 'The final report'] : ['反馈已发布', 'A report'], [
      labelled('第几份', 'Number', number),
      labelled('标题', 'Title', title),
    ]),
  correction: ({ number }) =>
    words(['反馈有更正', 'A report was corrected'], [labelled('第几份', 'Number', number)]),
  report_due: ({ dueAt }) =>
    words(['反馈即将到期', 'A report is due soon'], [labelledTime('到期', 'Due', dueAt, writeDate)]),
  report_overdue: ({ dueAt }) =>
    words(['反馈已逾期', 'A report is overdue'], [labelledTime('应于', 'Was due', dueAt, writeDate)]),
  asked: ({ kind }) =>
    words(
      kind === 'concern' ? ['有人提出质疑', 'A concern was put'] : ['有人提问', 'A question was asked'],
      [],
    ),
  answered: ({ resolved }) =>
    words(
      resolved === true
        ? ['运营方已处理一项质疑', 'The operator settled a concern']
        : ['提问或质疑得到答复', 'A question or concern was answered'],
      [],
    ),
  hidden: ({ reason }) =>
    words(['一条提问或质疑被隐藏', 'A question or concern was hidden'], [labelled('原因', 'Reason', reason)]),
  raised: () => words(['一项质疑被提交运营方', 'A concern was raised to the operator'], []),
  supporter: () => words(['梦想合伙人有新进展', 'News of the dream’s partners'], []),
}

type Pair = readonly [zh: string, en: string]

function words(title: readonly string[], parts: readonly Pair[]): Words {
  const [zh = '', en = ''] = title
  const texts = parts.filter(([part]) => part !== '')
  return {
    title: zh,
    titleEn: en,
    text: texts.map(([part]) => part).join('\n'),
    textEn: texts.map(([, part]) => part).join('\n'),
  }
}

function labelled(zh: string, en: string, value: unknown, valueEn: unknown = value): Pair {
  const [text, textEn] = [show(value), show(valueEn)]
  return text === '' ? ['', ''] : [`${zh}：${text}`, `${en}: ${textEn}`]
}

/** A text or number of `data`; empty for anything else. */
function show(value: unknown): string {
  if (typeof value === 'number' && Number.isFinite(value)) return String(value)
  return typeof value === 'string' ? value.trim() : ''
}

/** A number of things. */
function labelledCount(zh: string, en: string, value: unknown, unit = '', unitEn = ''): Pair {
  if (typeof value !== 'number' || !Number.isFinite(value)) return ['', '']
  return [`${zh}：${writeNumber('zh', value)}${unit}`, `${en}: ${writeNumber('en', value)}${unitEn}`]
}

/** A day with its time, and which clock shows it, where those who read it are anywhere. */
const clock = (lang: Lang, time: string): string =>
  writeTime(lang, time) + (lang === 'zh' ? '（北京时间）' : '')

/** A time in ms or RFC 3339, as `write` writes it. */
function labelledTime(
  zh: string,
  en: string,
  value: unknown,
  write: (lang: Lang, time: string) => string,
): Pair {
  const ms = typeof value === 'string' ? Date.parse(value) : value
  if (typeof ms !== 'number' || !(Math.abs(ms) <= MAX_TIME_MS)) return ['', '']
  const time = new Date(ms).toISOString()
  return [`${zh}：${write('zh', time)}`, `${en}: ${write('en', time)}`]
}

/** The year 9999. */
const MAX_TIME_MS = 253_370_764_800_000

function labelledMoney(zh: string, en: string, cents: unknown, currency: unknown): Pair {
  if (typeof cents !== 'number' || !Number.isFinite(cents)) return ['', '']
  const code = show(currency) || null
  return [`${zh}：${writeMoney('zh', cents, code)}`, `${en}: ${writeMoney('en', cents, code)}`]
}

/** What the dream's page calls the texts that can be put right. */
const FIELD_WORDS: Readonly<Record<AmendedField, Pair>> = {
  title: ['标题', 'Its title'],
  titleEn: ['英文标题', 'Its English title'],
  summary: ['简介', 'Its summary'],
  what: ['想做什么', 'What it is'],
  forWhom: ['为了谁', 'For whom'],
  place: ['在哪里', 'Where'],
  howMany: ['惠及多少人', 'How many it reaches'],
  why: ['为什么', 'Why'],
}

function isField(value: unknown): value is AmendedField {
  return typeof value === 'string' && Object.hasOwn(FIELD_WORDS, value)
}

function isState(value: unknown): value is LifeState {
  return LIFE_STATES.includes(value as LifeState)
}

const MILESTONE_WORDS = {
  planned: ['计划中', 'planned'],
  under_way: ['进行中', 'under way'],
  done: ['已完成', 'done'],
  dropped: ['已取消', 'dropped'],
} as const

function isMilestoneState(value: unknown): value is keyof typeof MILESTONE_WORDS {
  return typeof value === 'string' && Object.hasOwn(MILESTONE_WORDS, value)
}
