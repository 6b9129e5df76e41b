import { readConfig } from '../env.ts'
import { Api, bearer, json, problems } from '../http/api.ts'
import { readDatabase } from '../http/backends.ts'
import { z } from '../http/zod.ts'
import { authenticateOperator } from '../users/tokens.ts'
import { checkConservation } from './conservation.ts'

const conservationSchema = z
  .object({
    holds: z.boolean(),
    accounts: z.int(),
    credited: z.int(),
    balances: z.int(),
    pledged: z.int(),
    dreams: z.array(z.object({ dream: z.string(), entries: z.int(), counted: z.int() })),
    differences: z.array(z.string()),
  })
  .openapi('Conservation')

export const auditRoutes = new Api()

auditRoutes.describe(
  {
    method: 'get',
    path: '/v1/audit/conservation',
    summary: 'Recomputes the whole ledger from its entries and compares (operators)',
    description: 'Reads every entry. With millions of them run it at night.',
    security: bearer,
    responses: {
      200: json(conservationSchema, 'What was found'),
      ...problems('token_missing', 'token_invalid', 'operator_only', 'unavailable'),
    },
  },
  async (c) => {
    await authenticateOperator(c.req.header('authorization'), readConfig(c.env))
    return c.json(await readDatabase(() => checkConservation(c.env)), 200, { 'Cache-Control': 'no-store' })
  },
)
