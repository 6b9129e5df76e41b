import type { EndpointWire } from '../../callbacks/endpoints-routes.ts'
import type { EventType } from '../../callbacks/events.ts'
import type { Tone } from '../../pages/frame/parts.tsx'
import type { Lang, Words } from '../../words/language.ts'

/** What is said of endpoints on more than one page. */

const words = {
  zh: {
    active: '在用',
    failing: '正在失败',
    reasons: { requested: '已停用', gone: '已停用：它答了 410，不再要', failing: '已停用：连续五天没成功过' },
  },
  en: {
    active: 'Active',
    failing: 'Failing',
    reasons: {
      requested: 'Disabled',
      gone: 'Disabled: it answered 410, never again',
      failing: 'Disabled: five days without one success',
    },
  },
}

/** An endpoint's state in a few words and a tone. */
export function endpointState(lang: Lang, endpoint: EndpointWire): { tone: Tone; text: string } {
  const t = words[lang]
  if (endpoint.state === 'disabled') {
    const reason = endpoint.disabledReason ?? 'requested'
    return { tone: reason === 'requested' ? 'wait' : 'bad', text: t.reasons[reason] }
  }
  return endpoint.failingSince ? { tone: 'wait', text: t.failing } : { tone: 'good', text: t.active }
}

/** What an endpoint can be told, in plain words. */
export const eventWords: Words<Record<EventType, string>> = {
  zh: {
    'dream.reached': '梦想达到额度',
    'dream.closed': '梦想不再收花',
    'dream.funded': '梦想定下执行',
    'dream.expired': '梦想没达到额度，退花',
    'report.published': '反馈发布了',
    'flowers.credited': '它的用户得花了（只给业务线）',
    'pledge.accepted': '它代捐的花收下了（只给业务线）',
    'endpoint.disabled': '同一方的另一个地址停用了',
  },
  en: {
    'dream.reached': 'a dream reached its quota',
    'dream.closed': 'a dream collects no more',
    'dream.funded': 'a dream is to be carried out',
    'dream.expired': 'a dream missed its quota; flowers go back',
    'report.published': 'a report was published',
    'flowers.credited': 'its users earned flowers (lines only)',
    'pledge.accepted': 'pledges it asked for were accepted (lines only)',
    'endpoint.disabled': 'another endpoint of the same owner was disabled',
  },
}
