const BAR_WIDTH = 24

/** A bar is drawn anew at most so often. */
const REDRAW_MS = 100

/** Lines come at most so often: a phase that is over in a moment gets one. */
const LINE_MS = 500

/** Shows how far a phase is: a bar where there is a terminal, a line every tenth where there is none. */
export function progressOn(stream: NodeJS.WriteStream): (phase: string, done: number, total: number) => void {
  return stream.isTTY ? bar(stream) : lines(stream)
}

function bar(stream: NodeJS.WriteStream) {
  let drawnAt = 0
  return (phase: string, done: number, total: number) => {
    const now = Date.now()
    if (done < total && now < drawnAt + REDRAW_MS) return
    drawnAt = now
    const filled = Math.floor((done / total) * BAR_WIDTH)
    const picture = '█'.repeat(filled) + '░'.repeat(BAR_WIDTH - filled)
    stream.write(`\r${text(phase, done, total)} ${picture}${done === total ? '\n' : ''}`)
  }
}

function lines(stream: NodeJS.WriteStream) {
  let writtenAt = 0
  return (phase: string, done: number, total: number) => {
    const now = Date.now()
    const tenth = (count: number) => Math.floor((count / total) * 10)
    if (done < total && (tenth(done) === tenth(done - 1) || now < writtenAt + LINE_MS)) return
    writtenAt = now
    stream.write(`${text(phase, done, total)}\n`)
  }
}

function text(phase: string, done: number, total: number): string {
  const percent = Math.floor((done / total) * 100)
  return `${phase.padEnd(12)} ${String(percent).padStart(3)} %  ${done.toLocaleString('en-US')} of ${total.toLocaleString('en-US')}`
}
