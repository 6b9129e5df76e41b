import type { FC } from 'hono/jsx'
import { Notice } from '../../pages/frame/parts.tsx'
import type { LineWire } from '../../registry/lines-routes.ts'
import type { Lang } from '../../words/language.ts'
import { Folded, Input } from './fields.tsx'

const words = {
  zh: {
    isPaused: '这条业务线暂停着：它报来的善行和捐花都不收，请它留着，恢复后再送。',
    pause: '暂停',
    pauseText: '暂停后，它报来的善行和捐花都会被拒，直到恢复。已经发出的花不受影响。',
    pauseYes: '确定暂停',
    resume: '恢复',
    resumeText: '恢复后，它报来的善行又会照规则得花。',
    resumeYes: '确定恢复',
    close: '关闭',
    closeText: '关闭是永久的：不能再打开，也不能再改。它的流水和对账都留着。',
    closeId: '输入业务线的编号来确认',
    closeYes: '永久关闭',
  },
  en: {
    isPaused:
      'This line is paused: acts and pledges it sends are refused, to be sent again when it is resumed.',
    pause: 'Pause',
    pauseText: 'Acts and pledges it sends are refused until it is resumed. What was credited stays.',
    pauseYes: 'Yes, pause it',
    resume: 'Resume',
    resumeText: 'Its acts earn by their rules again.',
    resumeYes: 'Yes, resume it',
    close: 'Close',
    closeText: 'Closing is for good: it is never opened or changed again. Its entries and days stay.',
    closeId: 'Type the line’s id to confirm',
    closeYes: 'Close it for good',
  },
}

/** What can be done to a line's state, each with what it means before its button. */
export const LineMoves: FC<{ lang: Lang; line: LineWire }> = ({ lang, line }) => {
  const t = words[lang]
  if (line.state === 'closed') return null
  const paused = line.state === 'paused'
  return (
    <>
      {paused && <Notice tone="wait">{t.isPaused}</Notice>}
      <div class="ops-moves">
        <Folded summary={paused ? t.resume : t.pause}>
          <p>{paused ? t.resumeText : t.pauseText}</p>
          <MoveForm line={line} to={paused ? 'active' : 'paused'}>
            <button type="submit">{paused ? t.resumeYes : t.pauseYes}</button>
          </MoveForm>
        </Folded>
        <Folded summary={t.close}>
          <p>{t.closeText}</p>
          <MoveForm line={line} to="closed">
            <Input id="close-id" name="id" label={t.closeId} maxLength={64} required />
            <button type="submit">{t.closeYes}</button>
          </MoveForm>
        </Folded>
      </div>
    </>
  )
}

const MoveForm: FC<{ line: LineWire; to: LineWire['state']; children?: unknown }> = ({
  line,
  to,
  children,
}) => (
  <form method="post" action={`/ops/lines/${line.id}/state`}>
    <input type="hidden" name="from" value={line.state} />
    <input type="hidden" name="to" value={to} />
    {children}
  </form>
)
