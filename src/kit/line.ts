import { readOptions, UnusableOptions, USAGE } from './options.ts'
import { type Arrival, Receiver } from './receiver.ts'
import { allChecks, NobodyThere, runChecks } from './run.ts'
import { isSigned } from './sign.ts'
import { summary, Table } from './table.ts'

/**
 * `npm run line`: a business line at the command line. Ends with 1 when a check fails, or when there was nothing to
 * check. See USAGE.
 */

/** As much of a callback's data as is printed. */
const MAX_PRINTED = 400

try {
  const options = readOptions(process.argv.slice(2), process.env)
  if (options.kind === 'help') console.log(USAGE)
  else if (options.kind === 'receive') await receive(options)
  else {
    const { base, lines } = options
    const table = new Table(
      lines.map(({ id }) => id),
      allChecks,
    )
    console.log(`${lines.map(({ id }) => id).join(', ')} at ${base}\n\n${table.heading()}`)
    const rows = await runChecks(options, (row) => console.log(table.row(row)))
    console.log(`\n${summary(rows)}`)
    if (rows.some(({ outcome }) => outcome === 'failed')) process.exitCode = 1
  }
} catch (error) {
  if (error instanceof NobodyThere)
    console.error('Nobody answers there. A local worker is started by "npm start".')
  else if (error instanceof UnusableOptions) console.error(error.message)
  else throw error
  process.exitCode = 1
}

/** Prints what arrives until it is stopped. What is not signed is answered 401, so that the sender's log shows it. */
async function receive({ port, secret }: { port: number; secret: string }): Promise<void> {
  const receiver = await Receiver.start(port, '', (arrival) => {
    const good = isSigned(secret, arrival.headers, arrival.body)
    console.log(describe(arrival, good))
    return good ? 204 : 401
  }).catch((error: NodeJS.ErrnoException) => {
    throw new UnusableOptions(`Port ${port} cannot be listened on: ${error.code}.`)
  })
  console.log(`Listening on ${receiver.url} (Ctrl-C stops it)`)
}

function describe({ at, id, type, data }: Omit<Arrival, 'status'>, good: boolean): string {
  const time = new Date(at).toISOString()
  const what = [id, type, data].map(printable).join(' ')
  return `${time}  ${good ? 'verifies' : 'DOES NOT VERIFY'}  ${what}`
}

/** As JSON in ASCII, so that nothing in it speaks to the terminal. */
function printable(value: unknown): string {
  return JSON.stringify(value)
    .replace(/[^\x20-\x7e]/g, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`)
    .slice(0, MAX_PRINTED)
}
