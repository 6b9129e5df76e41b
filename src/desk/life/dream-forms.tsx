import type { FC } from 'hono/jsx'
import type { DreamDetail } from '../../dreams/wire.ts'
import type { Lang } from '../../words/language.ts'
import type { Refused } from './asking.ts'
import { Confirm, DeskForm, Filled, Folded, LongField } from './fields.tsx'

/** How an operator moves a dream on. */

const words = {
  zh: {
    early: '获准资助之后，才有执行。',
    ended: '它已经走到终点。',
    execute: '开始执行',
    executeHint: '要先有资助，才能开始执行。',
    complete: '宣布完成',
    completeHint: '要先有最终反馈。',
    stop: '终止',
    reason: '理由',
    reasonHint: '会公开。',
    sureStop: '我知道终止后不能恢复。',
    sureComplete: '我知道完成后不再变动。',
    close: '提前停止收集',
    closeLead: '现在停止，不等到截止时间。没有达到额度的话，小红花会全部退回。',
    sureClose: '我知道停止后不能再收集。',
    submitClose: '停止收集',
    noLonger: '已经不再收集。',
  },
  en: {
    early: 'It is carried out after it was funded.',
    ended: 'It has come to its end.',
    execute: 'Begin to carry it out',
    executeHint: 'It begins once it has its grant.',
    complete: 'Complete it',
    completeHint: 'Needs its final report.',
    stop: 'Stop it',
    reason: 'Reason',
    reasonHint: 'Public.',
    sureStop: 'I know that what is stopped stays stopped.',
    sureComplete: 'I know that what is completed does not move any more.',
    close: 'Stop collecting early',
    closeLead: 'Now, and not at its end. Below its quota all its flowers go back to their givers.',
    sureClose: 'I know that it cannot collect again.',
    submitClose: 'Stop collecting',
    noLonger: 'It does not collect any more.',
  },
}

interface FormsProps {
  readonly lang: Lang
  readonly dream: DreamDetail
  readonly refused: Refused | null
}

export const StageForms: FC<FormsProps & { granted: boolean }> = (props) => {
  const { lang, granted, refused } = props
  const { id, state } = props.dream
  const t = words[lang]
  const action = `/ops/dreams/${id}/moves`
  if (state === 'completed' || state === 'stopped' || state === 'expired') return <p>{t.ended}</p>
  if (state !== 'funded' && state !== 'executing') return <p>{t.early}</p>
  const complete = new Filled(lang, 'completed', refused)
  const stop = new Filled(lang, 'stopped', refused)
  return (
    <>
      {state === 'funded' && !granted && <p>{t.executeHint}</p>}
      {state === 'funded' && granted && (
        <DeskForm action={action} submit={t.execute}>
          <input type="hidden" name="to" value="executing" />
        </DeskForm>
      )}
      {state === 'executing' && (
        <Folded f={complete} summary={t.complete}>
          <DeskForm action={action} submit={t.complete}>
            <input type="hidden" name="to" value="completed" />
            <p class="hint">{t.completeHint}</p>
            <Confirm f={complete} label={t.sureComplete} />
          </DeskForm>
        </Folded>
      )}
      <Folded f={stop} summary={t.stop}>
        <DeskForm action={action} submit={t.stop}>
          <input type="hidden" name="to" value="stopped" />
          <LongField f={stop} name="reason" label={t.reason} hint={t.reasonHint} max={1_000} required />
          <Confirm f={stop} label={t.sureStop} />
        </DeskForm>
      </Folded>
    </>
  )
}

export const CloseForm: FC<FormsProps> = ({ lang, dream, refused }) => {
  const t = words[lang]
  // A dream that was funded in time may still collect.
  const open = ['published', 'collecting', 'reached'].includes(dream.state) || dream.collecting
  if (!open) return <p>{t.noLonger}</p>
  const f = new Filled(lang, 'close', refused)
  return (
    <Folded f={f} summary={t.close}>
      <p>{t.closeLead}</p>
      <DeskForm action={`/ops/dreams/${dream.id}/close`} submit={t.submitClose}>
        <Confirm f={f} label={t.sureClose} />
      </DeskForm>
    </Folded>
  )
}
