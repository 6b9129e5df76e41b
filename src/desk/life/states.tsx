import type { FC } from 'hono/jsx'
import { Pill, type Tone } from '../../pages/frame/parts.tsx'
import type { Lang } from '../../words/language.ts'

/** States in a word, on the desk. */

const STATES: Readonly<Record<string, readonly [zh: string, en: string, tone: Tone]>> = {
  draft: ['草稿', 'Draft', 'plain'],
  proposed: ['待审核', 'Proposed', 'wait'],
  in_review: ['审核中', 'In review', 'wait'],
  accepted: ['已通过', 'Accepted', 'good'],
  declined: ['未通过', 'Declined', 'bad'],
  merged: ['已合并', 'Merged', 'plain'],
  withdrawn: ['已撤回', 'Withdrawn', 'plain'],
  published: ['已公布', 'Published', 'good'],
  collecting: ['收集中', 'Collecting', 'good'],
  reached: ['已达额度', 'Reached', 'good'],
  closing: ['收尾中', 'Closing', 'wait'],
  expired: ['未达额度', 'Expired', 'bad'],
  settling: ['待决定', 'Settling', 'wait'],
  funded: ['已获资助', 'Funded', 'good'],
  executing: ['执行中', 'Carried out', 'wait'],
  completed: ['已完成', 'Completed', 'good'],
  stopped: ['已终止', 'Stopped', 'bad'],
  scheduled: ['未开始', 'Scheduled', 'wait'],
  open: ['进行中', 'Open', 'good'],
  over: ['已结束', 'Over', 'plain'],
  active: ['有效', 'Active', 'good'],
  closed: ['已停用', 'Closed', 'plain'],
  due: ['快到期', 'Due', 'wait'],
  overdue: ['逾期', 'Overdue', 'bad'],
  raised: ['待处理', 'Raised', 'wait'],
  resolved: ['已处理', 'Settled', 'good'],
  waiting: ['等待答复', 'Waiting', 'wait'],
  answered: ['已答复', 'Answered', 'good'],
  taken: ['已承接', 'Taken on', 'good'],
  offered: ['等待答复', 'Waiting', 'wait'],
}

/** A state in a word. */
export function sayState(lang: Lang, state: string): string {
  const known = STATES[state]
  return known ? known[lang === 'zh' ? 0 : 1] : state
}

/** A state as a pill. */
export const StatePill: FC<{ lang: Lang; state: string }> = ({ lang, state }) => (
  <Pill tone={STATES[state]?.[2] ?? 'plain'}>{sayState(lang, state)}</Pill>
)
