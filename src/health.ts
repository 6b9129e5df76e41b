import { Api, json, problems } from './http/api.ts'
import { Problem } from './http/problem.ts'
import { z } from './http/zod.ts'

export const healthRoutes = new Api()

healthRoutes.describe(
  {
    method: 'get',
    path: '/healthz',
    summary: 'Whether the service and its database answer',
    responses: { 200: json(z.object({ status: z.literal('ok') }), 'They do'), ...problems('unavailable') },
  },
  async (c) => {
    try {
      await c.env.DB.prepare('SELECT 1').first()
    } catch (error) {
      console.error({ event: 'health.database_failed', error: String(error) })
      throw new Problem('unavailable')
    }
    return c.json({ status: 'ok' }, 200, { 'Cache-Control': 'no-store' })
  },
)
