import { OpenAPIHono, type RouteConfig } from '@hono/zod-openapi'
import type { Context, Handler } from 'hono'
import type { Env } from '../env.ts'
import { type ProblemCode, problemCodes } from './problem.ts'
import { z } from './zod.ts'

/** What Hono hands every handler here. */
export interface AppEnv {
  Bindings: Env
}

export type AppContext = Context<AppEnv>

/** A set of routes that describes itself. */
export class Api extends OpenAPIHono<AppEnv> {
  /**
   * Adds a route and its description. The handler validates by itself, with the same schemas: it reads bodies with a
   * bound and answers problems, which the stock validators do not.
   */
  describe(route: RouteConfig, handler: Handler<AppEnv>): void {
    // Whoever signs in is counted; see `signIn`.
    const limited = route.security?.some((each) => 'bearer' in each) ? problems('rate_limited') : {}
    this.openAPIRegistry.registerPath({ ...route, responses: { ...limited, ...route.responses } })
    // A parameter with an ending (`{dream}.svg`) is, for Hono, one with a pattern (no slash in it, as
    // paths are split there); its value keeps the ending.
    const pattern = route.path.replace(/\{(\w+)\}(?:\.(\w+))?/g, (_, name, ending) =>
      ending === undefined ? `:${name}` : `:${name}{[^\\x2f]+\\.${ending}}`,
    )
    this.on(route.method.toUpperCase(), pattern, handler)
  }
}

const problemSchema = z
  .object({
    type: z.string(),
    title: z.string(),
    status: z.int(),
    code: z.enum(problemCodes.map(([code]) => code) as [ProblemCode, ...ProblemCode[]]),
    detail: z.string().optional(),
    errors: z.array(z.object({ path: z.string(), message: z.string() })).optional(),
  })
  .openapi('Problem', {
    description: 'RFC 9457 problem details. `code` is stable and has exactly one status.',
  })

/** The error answers of a route, by code, for its description. */
export function problems(...codes: ProblemCode[]): RouteConfig['responses'] {
  const byStatus = new Map<number, ProblemCode[]>()
  for (const [code, [status]] of problemCodes)
    if (codes.includes(code)) byStatus.set(status, [...(byStatus.get(status) ?? []), code])
  return Object.fromEntries(
    [...byStatus].map(([status, list]) => [
      status,
      { description: list.join(', '), content: { 'application/problem+json': { schema: problemSchema } } },
    ]),
  )
}

/** What every route may answer that reads a JSON body. */
export const bodyProblems = [
  'invalid_json',
  'invalid_request',
  'body_too_large',
  'unsupported_media_type',
] as const satisfies readonly ProblemCode[]

/** What every route may answer that asks `signInPerson` who it is. */
export const personProblems = [
  'token_missing',
  'token_invalid',
  'account_deleted',
  'unavailable',
] as const satisfies readonly ProblemCode[]

/** A JSON answer of a route, for its description. */
export function json(schema: z.ZodType, description: string) {
  return { description, content: { 'application/json': { schema } } }
}

/** The security of a route that takes a user's token, for its description. */
export const bearer = [{ bearer: [] }]
