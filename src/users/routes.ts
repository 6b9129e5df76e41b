import { readConfig } from '../env.ts'
import { Api, json, problems } from '../http/api.ts'
import { Problem } from '../http/problem.ts'
import { z } from '../http/zod.ts'
import { signLocalToken } from './local-issuer.ts'

const guestSchema = z.object({ user: z.string(), token: z.string() }).openapi('Guest')

export const userRoutes = new Api()

userRoutes.describe(
  {
    method: 'post',
    path: '/v1/auth/guest',
    summary: 'Signs a new guest in (local runs only)',
    description:
      'Exists where the worker has a local signing key, as `npm start` gives it; 404 anywhere else.',
    responses: { 201: json(guestSchema, 'A new user and their token'), ...problems('not_found') },
  },
  async (c) => {
    const { localSigningKey } = readConfig(c.env)
    if (!localSigningKey) throw new Problem('not_found')
    const user = `guest-${crypto.randomUUID()}`
    const token = await signLocalToken(localSigningKey, user, { lifetime: '30d' })
    return c.json({ user, token }, 201, { 'Cache-Control': 'no-store' })
  },
)
