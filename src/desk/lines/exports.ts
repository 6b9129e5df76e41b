import { Problem } from '../../http/problem.ts'
import { asProblem, fetchInside, type ProblemBody } from '../../pages/frame/inside.ts'
import { Pages } from '../../pages/frame/pages.tsx'
import { requireOperator } from '../frame.tsx'
import { pathPart } from './paths.ts'

/** The files that operators take away. The API writes them for a bearer token; here they come with the session. */

export const DOWNLOADS = ['dreams', 'pledges-per-day', 'reports', 'proposals'] as const

const FILE = /^([a-z-]{1,64})\.(csv|jsonl)$/

/** Without it, spreadsheets take a file of this kind for one in an old encoding and show no Chinese. */
const BYTE_ORDER_MARK = '\ufeff'

/** What of the API's answer is the file's. */
const KEPT = ['Content-Type', 'Content-Disposition', 'X-Content-Type-Options', 'Cache-Control'] as const

export const exportPages = new Pages()

exportPages.view('/ops/exports/:file', async (c) => {
  requireOperator(c)
  const file = pathPart(c, 'file')
  const [, name, kind] = FILE.exec(file) ?? []
  if (!DOWNLOADS.some((each) => each === name)) throw new Problem('not_found')
  const answer = await fetchInside(c, `/v1/exports/${file}`)
  if (!answer.ok) {
    const { status, headers } = answer
    throw asProblem({ ok: false, status, headers, problem: await answer.json<ProblemBody>() })
  }
  const headers = new Headers({ Vary: 'Cookie' })
  for (const header of KEPT) {
    const value = answer.headers.get(header)
    if (value !== null) headers.set(header, value)
  }
  // Handed on as it is read, page by page.
  return new Response(kind === 'csv' ? marked(answer.body) : answer.body, { headers })
})

/** A file with the mark at its start. */
function marked(file: ReadableStream<Uint8Array> | null): ReadableStream<Uint8Array> | null {
  const start = new TransformStream<Uint8Array, Uint8Array>({
    start: (controller) => controller.enqueue(new TextEncoder().encode(BYTE_ORDER_MARK)),
  })
  return file?.pipeThrough(start) ?? null
}
