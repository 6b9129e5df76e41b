import type { FC } from 'hono/jsx'
import { Notice, Pill, Said, type Tone } from '../../pages/frame/parts.tsx'
import type { Lang } from '../../words/language.ts'

/** What became of each proposal of a decision. */

export interface BulkResult {
  readonly results: readonly {
    readonly proposal: string
    readonly outcome: string
    readonly reason?: string | undefined
  }[]
  /** Titles by id, of those that were on the page. */
  readonly titles: ReadonlyMap<string, string>
}

const words = {
  zh: {
    done: (done: number, all: number) => `${all} 件中办成了 ${done} 件。`,
    each: '逐件结果',
    moved: '已办',
    assigned: '已办',
    unchanged: '本来就是',
    move_not_allowed: '没有办：它所在的状态不允许',
    proposal_not_found: '没有办：找不到它',
  },
  en: {
    done: (done: number, all: number) => `Done for ${done} of ${all}.`,
    each: 'One by one',
    moved: 'Done',
    assigned: 'Done',
    unchanged: 'So already',
    move_not_allowed: 'Not done: its state does not allow it',
    proposal_not_found: 'Not done: it is not there',
  },
} as const

type Outcome = Exclude<keyof (typeof words)['zh'], 'done' | 'each'>

const TONES: Readonly<Record<string, Tone>> = { moved: 'good', assigned: 'good', refused: 'bad' }

export const BulkResults: FC<{ lang: Lang; result: BulkResult }> = ({
  lang,
  result: { results, titles },
}) => {
  const t = words[lang]
  const done = results.filter(({ outcome }) => outcome === 'moved' || outcome === 'assigned').length
  const refused = results.some(({ outcome }) => outcome === 'refused')
  return (
    <>
      <Notice tone={refused ? 'wait' : 'good'}>
        <p>{t.done(done, results.length)}</p>
      </Notice>
      <details class="card folded" open>
        <summary>{t.each}</summary>
        <ul class="plain-list">
          {results.map(({ proposal, outcome, reason }) => (
            <li class="row">
              <a href={`/ops/proposals/${encodeURIComponent(proposal)}`}>
                <Said>{titles.get(proposal) ?? proposal}</Said>
              </a>
              <Pill tone={TONES[outcome] ?? 'plain'}>{t[(reason ?? outcome) as Outcome]}</Pill>
            </li>
          ))}
        </ul>
      </details>
    </>
  )
}
