import type { Lang } from '../words/language.ts'

/** What is wrong with a field, in the words of the pages: the API says it in English, for those who write programs. */

type Saying = readonly [said: RegExp, zh: string, en: string]

/** `$1` is what the API's message says there. The first that fits counts. */
const SAYINGS: readonly Saying[] = [
  [/^confirm$/, '请先勾选确认。', 'Tick this to confirm.'],
  [/^chosen$/, '请至少选择一项。', 'Choose at least one.'],
  [/^reason_missing$/, '请写明理由：它会公开。', 'This needs a reason, which is public.'],
  [/^(campaign|organisation|dream)_exists$/, '这个编号已经有了。', 'There is one with this id already.'],
  [
    /^already_offered$/,
    '已经向这家机构提出过，或者它已经承接了。',
    'It was offered to this organisation, or taken on by it.',
  ],
  [/^endpoint_exists$/, '已经有这个地址了。', 'This address is there already.'],
  [/^\w+_not_found$/, '没有找到它。', 'There is no such one.'],
  [/expected string to have >=1 /, '这里不能空着。', 'This cannot be empty.'],
  [/expected string to have <=(\d+) /, '太长了：最多 $1 个字。', 'Too long: at most $1 characters.'],
  [/expected array to have >=(\d+) /, '至少选择 $1 项。', 'Choose at least $1.'],
  [/expected array to have <=(\d+) /, '最多选择 $1 项。', 'Choose at most $1.'],
  [/expected (?:number|int) to be >=(-?\d+)/, '至少是 $1。', 'At least $1.'],
  [/expected (?:number|int) to be <=(\d+)/, '最多是 $1。', 'At most $1.'],
  [/expected (?:number|int)\b/, '请填一个数。', 'This must be a number.'],
  [/datetime/i, '请填日期和时间。', 'This must be a day and a time.'],
  [
    /must match pattern \/\^\[a-z0-9/,
    '用小写字母、数字和连字符，最多 64 个。',
    'Small letters, digits and hyphens, at most 64.',
  ],
  [/not after opensAt/, '结束要晚于开始。', 'The end must be after the beginning.'],
  [/over already/, '这个时间已经过去了。', 'That is over already.'],
  [/366 days/, '最长 366 天。', 'At most 366 days.'],
  [/ISO 4217/, '不是一种货币的代码，例如 CNY。', 'Not the code of a currency, as CNY.'],
]

/** What is wrong with a field. */
export function sayFieldError(lang: Lang, message: string): string {
  for (const [said, zh, en] of SAYINGS) {
    const match = said.exec(message)
    if (match) return (lang === 'zh' ? zh : en).replace('$1', match[1] ?? '')
  }
  return lang === 'zh' ? '这里填得不对，请按说明填写。' : 'Not as it should be: see what is expected here.'
}
