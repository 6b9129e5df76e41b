import type { Lang, Words } from '../../words/language.ts'
import { EVENTS } from './document.ts'

/** What the groups of the reference are called; a group that is not here goes by its part of the path. */
const TITLES: Readonly<Record<string, Words<string>>> = {
  dreams: { zh: '梦想', en: 'Dreams' },
  lines: { zh: '业务线', en: 'Lines' },
  earning: { zh: '怎么得花', en: 'What earns flowers' },
  quiz: { zh: '答题', en: 'Quiz' },
  endpoints: { zh: '回调地址', en: 'Callback endpoints' },
  me: { zh: '我的', en: 'What belongs to a user' },
  auth: { zh: '本机登录', en: 'Signing in locally' },
  campaigns: { zh: '活动', en: 'Campaigns' },
  proposals: { zh: '提案', en: 'Proposals' },
  pictures: { zh: '图片', en: 'Pictures' },
  review: { zh: '评审', en: 'Review' },
  organisations: { zh: '机构', en: 'Organisations' },
  offers: { zh: '共创邀约', en: 'Offers to organisations' },
  reports: { zh: '执行反馈', en: 'Reports' },
  questions: { zh: '提问', en: 'Questions' },
  supporters: { zh: '梦想合伙人', en: 'Supporters' },
  exports: { zh: '导出', en: 'Exports' },
  'open-data': { zh: '开放数据', en: 'Open data' },
  numbers: { zh: '数据', en: 'Numbers' },
  audit: { zh: '审计', en: 'Audit' },
  badges: { zh: '徽章', en: 'Badges' },
  oembed: { zh: '嵌入', en: 'Embedding (oEmbed)' },
  healthz: { zh: '健康检查', en: 'Health' },
  [EVENTS]: { zh: '我们发出的事件', en: 'Events that we send' },
}

/** What a group is called. */
export const groupTitle = (lang: Lang, id: string): string => TITLES[id]?.[lang] ?? id
