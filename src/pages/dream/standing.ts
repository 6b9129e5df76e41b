import type { DreamWire } from '../../dreams/wire.ts'
import { type Lang, writeDate, writeNumber, writeTime } from '../../words/language.ts'
import { tellTimeLeft } from '../wall/time-left.ts'

/** What happens next with a dream, and when, in words. Pure; `now` in ms since 1970. */

const words = {
  zh: {
    opens: (opens: string, closes: string) => `${opens} 开放收集小红花，到 ${closes} 截止。`,
    lacks: (flowers: string) => `还差 ${flowers} 朵达到最低执行额度。`,
    closes: (at: string, left: string) => `${at} 截止（${left}）。`,
    reached: (at: string) => `${at} 达到了最低执行额度。`,
    open: (at: string, left: string) => `还可以给它送花，到 ${at} 截止（${left}）。`,
    settles: (at: string) => `资助决定会在 ${at} 之前作出。`,
    closing: '已经停止收集，最后几笔正在入账。',
    settling: '已经停止收集，正在等资助决定。',
    expired: (at: string) => `${at} 截止时没有达到最低执行额度。`,
    returned: (flowers: string, pledges: string, at: string) =>
      `收到的 ${flowers} 朵小红花（${pledges} 次送花）已在 ${at} 全部退回给捐花的人。`,
    returning: (flowers: string, pledges: string) =>
      `小红花正在退回给捐花的人：已经退了 ${flowers} 朵（${pledges} 次送花）。`,
    nothing: '没有收到小红花，没有要退回的。',
    funded: (at: string) => `${at} 获准资助，接下来由共创方执行。`,
    executing: '共创方正在让它成真。',
    completed: '执行完成了。谢谢每一朵小红花。',
    stopped: '执行已经终止，原因在下面的历程里。',
    due: (on: string) => `下一份反馈不晚于 ${on} 发布。`,
    overdue: (on: string) => `反馈逾期了：应在 ${on} 之前发布，到现在还没有。`,
  },
  en: {
    opens: (opens: string, closes: string) => `Opens for flowers on ${opens} and closes on ${closes}.`,
    lacks: (flowers: string) => `${flowers} more to reach its quota.`,
    closes: (at: string, left: string) => `Closes on ${at} (${left}).`,
    reached: (at: string) => `It reached its quota on ${at}.`,
    open: (at: string, left: string) => `It still takes flowers until ${at} (${left}).`,
    settles: (at: string) => `Whether it is funded is decided by ${at}.`,
    closing: 'It no longer collects; the last gifts are being counted.',
    settling: 'It no longer collects and waits for the decision on its grant.',
    expired: (at: string) => `It ended on ${at} below its quota.`,
    returned: (flowers: string, pledges: string, at: string) =>
      `All ${flowers} flowers of ${pledges} gifts went back to their givers by ${at}.`,
    returning: (flowers: string, pledges: string) =>
      `Its flowers are going back to their givers: ${flowers} of ${pledges} gifts so far.`,
    nothing: 'It had been given no flowers; there was nothing to return.',
    funded: (at: string) => `Funded on ${at}; next its co-creators carry it out.`,
    executing: 'Its co-creators are making it come true.',
    completed: 'It is carried out. Thank you for every flower.',
    stopped: 'It was stopped; the history below says why.',
    due: (on: string) => `The next report is due by ${on}.`,
    overdue: (on: string) => `A report is overdue: it was due by ${on} and has not come.`,
  },
} as const

/** Sentences on what became of a dream and what comes next; that a report is overdue is told apart from them. */
export function tellNext(lang: Lang, dream: DreamWire, now: number): string[] {
  const due = dream.reportOverdue ? null : tellReportDue(lang, dream)
  return [...tellState(lang, dream, now), ...(due === null ? [] : [due])]
}

/** When the next report is due, or that it is overdue; null where none is. */
export function tellReportDue(lang: Lang, { reportDueAt, reportOverdue }: DreamWire): string | null {
  if (reportDueAt === null) return null
  return words[lang][reportOverdue ? 'overdue' : 'due'](writeDate(lang, reportDueAt))
}

function tellState(lang: Lang, dream: DreamWire, now: number): string[] {
  const t = words[lang]
  const time = (at: string): string => writeTime(lang, at)
  const closes = time(dream.closesAt)
  const left = tellTimeLeft(lang, Date.parse(dream.closesAt), now)
  const settles = dream.settlesAt === null ? [] : [t.settles(time(dream.settlesAt))]
  switch (dream.state) {
    case 'published':
      return [t.opens(time(dream.opensAt), closes)]
    case 'collecting': {
      const lacking = dream.quota - dream.flowers
      return [...(lacking > 0 ? [t.lacks(writeNumber(lang, lacking))] : []), t.closes(closes, left)]
    }
    case 'reached': {
      const reached = dream.reachedAt === null ? [] : [t.reached(time(dream.reachedAt))]
      return [...reached, ...(dream.collecting ? [t.open(closes, left)] : []), ...settles]
    }
    case 'closing':
      return [t.closing]
    case 'settling':
      return [t.settling, ...settles]
    case 'expired':
      return [t.expired(time(dream.expiredAt ?? dream.closesAt)), ...tellReturned(lang, dream)]
    case 'funded': {
      const funded = dream.fundedAt === null ? [] : [t.funded(time(dream.fundedAt))]
      return [...funded, ...(dream.collecting ? [t.open(closes, left)] : [])]
    }
    case 'executing':
    case 'completed':
    case 'stopped':
      return [t[dream.state]]
  }
}

function tellReturned(lang: Lang, { returned }: DreamWire): string[] {
  const t = words[lang]
  if (returned === null) return []
  const { doneAt } = returned
  if (doneAt !== null && returned.pledges === 0) return [t.nothing]
  const flowers = writeNumber(lang, returned.flowers)
  const pledges = writeNumber(lang, returned.pledges)
  return [
    doneAt === null ? t.returning(flowers, pledges) : t.returned(flowers, pledges, writeTime(lang, doneAt)),
  ]
}
