import { evidenceSchema } from '../execution/evidence.ts'
import { rfc3339 } from '../http/wire.ts'
import { z } from '../http/zod.ts'
import type { Correction, Report, ReportSummary } from './store.ts'

/** What reports look like in answers. */

const summaryFields = {
  id: z.string(),
  dream: z.string(),
  number: z.int().describe('From 1 on, in each dream.'),
  organisation: z.string().nullable().describe('Whose it is; null where an operator published it.'),
  title: z.string(),
  final: z.boolean(),
  dueAt: z.iso.datetime().describe('The due date it answers.'),
  late: z.boolean().describe('Whether that was over.'),
  publishedAt: z.iso.datetime(),
}

export const correctionSchema = z
  .object({ organisation: z.string().nullable(), text: z.string(), at: z.iso.datetime() })
  .openapi('ReportCorrection')

export const reportSchema = z
  .object({
    ...summaryFields,
    body: z.string(),
    ...evidenceSchema,
    corrections: z.array(correctionSchema).describe('Oldest first.'),
  })
  .openapi('Report')

const summarySchema = z
  .object({ ...summaryFields, corrections: z.int().describe('How often it was corrected.') })
  .openapi('ReportSummary')

export const reportPageSchema = z
  .object({ items: z.array(summarySchema), nextCursor: z.string().nullable() })
  .openapi('ReportPage')

export type ReportWire = z.infer<typeof reportSchema>
export type ReportSummaryWire = z.infer<typeof summarySchema>

/** A correction as it is shown. */
export function toCorrection({ organisation, text, at }: Correction) {
  return { organisation, text, at: rfc3339(at) }
}

/** A report as it is shown. */
export function toReport({
  report,
  corrections,
}: {
  readonly report: Report
  readonly corrections: readonly Correction[]
}) {
  const { body, figures, pictures } = report
  return {
    ...toSummary({ ...report, corrections: 0 }),
    ...{ body, figures, pictures },
    corrections: corrections.map(toCorrection),
  }
}

/** A report as it is shown in a list. */
export function toSummary(report: ReportSummary) {
  const { id, dream, number, organisation, title, final, dueAt, late, publishedAt, corrections } = report
  return {
    ...{ id, dream, number, organisation, title, final, late, corrections },
    ...{ dueAt: rfc3339(dueAt), publishedAt: rfc3339(publishedAt) },
  }
}
