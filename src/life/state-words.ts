import type { LifeState } from './states.ts'

/** How the move of a dream into a state is told, in Chinese and English. `fallen` is back to collecting below its quota. */
export const STATE_WORDS: Readonly<Record<LifeState | 'fallen', readonly [zh: string, en: string]>> = {
  draft: ['草稿', 'A draft'],
  proposed: ['梦想已提出', 'Proposed'],
  in_review: ['进入评审', 'In review'],
  accepted: ['通过评审', 'Accepted'],
  declined: ['未通过评审', 'Declined'],
  merged: ['并入另一个梦想', 'Merged into another dream'],
  withdrawn: ['提出者撤回', 'Withdrawn by its proposer'],
  published: ['梦想已公布', 'Published'],
  collecting: ['开始收集小红花', 'Collecting flowers'],
  fallen: ['低于最低执行额度，继续收集', 'Below its quota again, and still collecting'],
  reached: ['达到最低执行额度', 'Reached its quota'],
  expired: ['未达到最低执行额度，小红花将退回', 'Did not reach its quota: the flowers go back'],
  settling: ['停止收集，等待资助决定', 'No longer collecting, to be decided on'],
  funded: ['获准资助', 'Funded'],
  executing: ['开始执行', 'Being carried out'],
  completed: ['执行完成', 'Completed'],
  stopped: ['执行终止', 'Stopped'],
}
