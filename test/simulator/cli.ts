import { parseArgs } from 'node:util'
import { BUGS, type Bug } from './bugs.ts'
import { playHistory } from './history.ts'

/**
 * `npm run simulate -- --seeds 10000`: plays histories from `--from` on; `--seed N` replays one; `--bug NAME` plants a
 * bug. Prints every failing seed with what does not hold and ends with code 1.
 */

/** After so many failing seeds there is enough to look at. */
const MAX_FAILURES = 20

const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '2000' },
    from: { type: 'string', default: '1' },
    seed: { type: 'string' },
    bug: { type: 'string' },
  },
})
const bug = BUGS.find((name) => name === values.bug) ?? null
if (values.bug && !bug) throw new Error(`--bug takes one of: ${BUGS.join(', ')}`)
const from = Number(values.seed ?? values.from)
const count = values.seed ? 1 : Number(values.seeds)
let failed = 0
const started = performance.now()
for (let seed = from; seed < from + count && failed < MAX_FAILURES; seed++)
  if (!(await holds(seed, bug))) failed++
const seconds = ((performance.now() - started) / 1_000).toFixed(1)
console.log(`${failed < MAX_FAILURES ? count : 'Not all'} histories in ${seconds} s, ${failed} failed`)
process.exitCode = failed === 0 ? 0 : 1

async function holds(seed: number, planted: Bug | null): Promise<boolean> {
  const violations = await playHistory(seed, planted).catch((error) => [String(error?.stack ?? error)])
  if (violations.length === 0) return true
  const again = `npm run simulate -- --seed ${seed}${planted ? ` --bug ${planted}` : ''}`
  console.error(`seed ${seed} fails; replay it with: ${again}`)
  for (const violation of violations) console.error(`  ${violation}`)
  return false
}
