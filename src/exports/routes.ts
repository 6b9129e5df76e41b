import { Api, type AppContext, bearer, problems } from '../http/api.ts'
import { readDatabase } from '../http/backends.ts'
import { NO_STORE } from '../http/wire.ts'
import { z } from '../http/zod.ts'
import { dayIn } from '../lines/rules.ts'
import { signInOperator } from '../users/sign-in.ts'
import { CONTENT_TYPES, type FileOf, FORMATS, type Format, streamFile } from './files.ts'
import { findKept, keepFile } from './kept-files.ts'
import {
  dreamsFile,
  LICENCE,
  openDaysFile,
  openDreamsFile,
  pledgesPerDayFile,
  proposalsFile,
  reportsFile,
} from './tables.ts'

/** How long open data are served before they are read again. The numbers change every ten minutes. */
const OPEN_SECONDS = 300

interface Described {
  readonly name: string
  readonly summary: string
  readonly open: (db: D1Database, now: number) => FileOf
}

/** Files for operators. */
const EXPORTS: readonly Described[] = [
  { name: 'dreams', summary: 'The catalogue of dreams (operators)', open: dreamsFile },
  {
    name: 'pledges-per-day',
    summary: 'What was given to each dream on each day, counted from the ledger (operators)',
    open: pledgesPerDayFile,
  },
  {
    name: 'reports',
    summary: 'Reports with their corrections (operators)',
    open: reportsFile,
  },
  {
    name: 'proposals',
    summary: 'Proposals that were sent (operators)',
    open: proposalsFile,
  },
]

/** Files for everyone: no person in them. */
const OPEN_DATA: readonly Described[] = [
  { name: 'dreams', summary: 'Open data: the dreams', open: openDreamsFile },
  { name: 'days', summary: 'Open data: flowers, acts and pledges by day', open: openDaysFile },
]

const ABOUT = {
  csv: 'RFC 4180, UTF-8, the first row names the columns; a cell that a spreadsheet would take for a formula begins with an apostrophe. A file that breaks off ends the connection with an error.',
  jsonl: 'One JSON object a line. The last line is `{"end": true, "rows": n}`; a file without it broke off.',
} as const

function described(format: Format, summary: string) {
  return {
    description: `${summary}. ${ABOUT[format]}`,
    content: { [CONTENT_TYPES[format]]: { schema: z.string() } },
  }
}

async function answer(
  { name, open }: Described,
  format: Format,
  c: AppContext,
  headers: Record<string, string>,
): Promise<Response> {
  const now = Date.now()
  const body = await readDatabase(() => streamFile(open(c.env.DB, now), format))
  return new Response(body, {
    headers: {
      'Content-Type': CONTENT_TYPES[format],
      'Content-Disposition': `attachment; filename="${name}-${dayIn('Asia/Shanghai', now)}.${format}"`,
      'X-Content-Type-Options': 'nosniff',
      ...headers,
    },
  })
}

export const exportRoutes = new Api()

for (const file of EXPORTS)
  for (const format of FORMATS)
    exportRoutes.describe(
      {
        method: 'get',
        path: `/v1/exports/${file.name}.${format}`,
        summary: file.summary,
        security: bearer,
        responses: {
          200: described(format, 'The file'),
          ...problems('token_missing', 'token_invalid', 'operator_only', 'unavailable'),
        },
      },
      async (c) => {
        await signInOperator(c)
        return answer(file, format, c, NO_STORE)
      },
    )

const OPEN_HEADERS = {
  'Cache-Control': `public, max-age=${OPEN_SECONDS}, s-maxage=${OPEN_SECONDS}`,
  Link: `<${LICENCE.address}>; rel="license"`,
}

for (const file of OPEN_DATA)
  for (const format of FORMATS)
    exportRoutes.describe(
      {
        method: 'get',
        path: `/v1/open-data/${file.name}.${format}`,
        summary: file.summary,
        description: `No person is in it. ${LICENCE.name}, as the Link header says; at most ${OPEN_SECONDS / 60} minutes old.`,
        responses: { 200: described(format, 'The file'), ...problems('unavailable') },
      },
      async (c) => {
        const name = `${file.name}.${format}`
        const kept = await findKept(c.req.url, name)
        if (kept) return kept
        await keepFile(c.req.url, name, await answer(file, format, c, OPEN_HEADERS))
        // A place without a cache keeps nothing.
        return (await findKept(c.req.url, name)) ?? answer(file, format, c, OPEN_HEADERS)
      },
    )
