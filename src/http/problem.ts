import type { Context } from 'hono'
import type { ContentfulStatusCode } from 'hono/utils/http-status'

/**
 * Every error the API answers: RFC 9457 problem details with a stable `code`. A code has exactly one status and one
 * title. `type` names the code; it is an identifier, not an address to fetch.
 */
const CODES = {
  invalid_json: [400, 'The body is not JSON.'],
  invalid_request: [400, 'The request does not have the form this route takes.'],
  invalid_cursor: [400, 'The cursor is not one this API gave out.'],
  idempotency_key_missing: [400, 'The Idempotency-Key header is missing.'],
  idempotency_key_invalid: [400, 'The Idempotency-Key header is not 1 to 255 visible ASCII characters.'],
  unknown_event_type: [400, 'The event type is not one this API knows.'],
  webhook_headers_missing: [
    400,
    'A webhook-id, webhook-timestamp or webhook-signature header is missing or malformed.',
  ],
  token_missing: [401, 'A bearer token is needed.'],
  token_invalid: [401, 'The bearer token is not valid.'],
  signature_invalid: [401, 'No signature in webhook-signature is valid for this line.'],
  signature_expired: [401, 'webhook-timestamp is more than five minutes from now.'],
  insufficient_flowers: [402, 'The account does not hold that many flowers.'],
  operator_only: [403, 'Only operators may do this.'],
  owner_only: [403, 'Only those who look after this, and operators, may do this.'],
  line_paused: [403, 'The line is paused; keep what you have and send it when it is active again.'],
  line_closed: [403, 'The line is closed.'],
  line_may_not_pledge: [403, 'This line may not pledge for its users.'],
  not_yours: [403, 'Only those it belongs to may do this.'],
  executor_only: [403, 'Only those who carry the dream out, and operators, may do this.'],
  account_deleted: [403, 'This account was deleted.'],
  cross_site: [403, 'Only a page of this site may ask for this.'],
  not_found: [404, 'There is nothing here.'],
  dream_not_found: [404, 'There is no such dream.'],
  line_not_found: [404, 'There is no such line.'],
  rule_not_found: [404, 'There is no such earning rule.'],
  secret_not_found: [404, 'There is no such secret.'],
  endpoint_not_found: [404, 'There is no such endpoint.'],
  delivery_not_found: [404, 'There is no such delivery.'],
  link_not_found: [404, 'There is no such link.'],
  code_invalid: [404, 'The code is unknown, used or over its time.'],
  day_not_found: [404, 'The line reported nothing on that day.'],
  proposal_not_found: [404, 'There is no such proposal.'],
  picture_not_found: [404, 'There is no such picture.'],
  organisation_not_found: [404, 'There is no such organisation.'],
  member_not_found: [404, 'The organisation has no such member.'],
  offer_not_found: [404, 'There is no such offer.'],
  campaign_not_found: [404, 'There is no such campaign.'],
  plan_item_not_found: [404, 'The plan of this dream has no such item.'],
  report_not_found: [404, 'There is no such report.'],
  question_not_found: [404, 'There is no such question.'],
  supporter_not_found: [404, 'There is no such supporter.'],
  method_not_allowed: [405, 'This method is not allowed here.'],
  dream_not_collecting: [409, 'The dream does not collect flowers now.'],
  idempotency_key_in_flight: [409, 'A request with this key is still under way; repeat it in a moment.'],
  line_exists: [409, 'There is a line with this id.'],
  line_state_conflict: [409, 'The line cannot go from its state to that one.'],
  rule_state_conflict: [409, 'The rule cannot go from its state to that one.'],
  last_secret: [409, 'The line would have nothing left to sign with.'],
  endpoint_disabled: [409, 'The endpoint is disabled.'],
  move_not_allowed: [409, 'A dream cannot go from its state to that one.'],
  state_conflict: [409, 'This cannot be done in the state it is in now.'],
  organisation_exists: [409, 'There is an organisation with this id.'],
  campaign_exists: [409, 'There is a campaign with this id.'],
  dream_exists: [409, 'There is a dream with this id.'],
  already_offered: [409, 'The dream is offered to this organisation, or taken on by it.'],
  too_late: [409, 'The time for this is over.'],
  already_linked: [409, 'This id or this account is linked already.'],
  body_too_large: [413, 'The body is larger than this route takes.'],
  batch_too_large: [413, 'The body carries more items than this route takes.'],
  unsupported_media_type: [415, 'The body is not of the media type this route takes.'],
  idempotency_key_reused: [422, 'The key was used for another pledge.'],
  reason_missing: [422, 'This needs a reason, which is public.'],
  picture_invalid: [422, 'The picture is not a JPEG, PNG or WebP that this API takes.'],
  address_refused: [422, 'Callbacks cannot be sent to this address.'],
  limit_reached: [422, 'There are as many of these as there may be.'],
  rate_limited: [429, 'Too many requests; nothing was done. Come back later.'],
  internal: [500, 'Something is wrong on our side.'],
  format_not_supported: [501, 'This is not written in that format.'],
  outcome_unknown: [503, 'It is not known yet whether this was done; repeat it unchanged.'],
  overloaded: [503, 'Too much at once; nothing was done. Come back in a moment.'],
  unavailable: [503, 'A part of the service does not answer; come back in a moment.'],
} as const satisfies Record<string, readonly [ContentfulStatusCode, string]>

export type ProblemCode = keyof typeof CODES

/** All codes with status and title, for the API's own description. */
export const problemCodes = Object.entries(CODES) as [ProblemCode, (typeof CODES)[ProblemCode]][]

/** The one status of a code. */
export const statusOf = (code: ProblemCode): (typeof CODES)[ProblemCode][0] => CODES[code][0]

/** One place in a body and what is wrong there. */
export interface FieldProblem {
  readonly path: string
  readonly message: string
}

/** An answer that is an error. Thrown by routes and middleware, written by `writeProblem`. */
export class Problem extends Error {
  readonly code: ProblemCode
  readonly detail: string | undefined
  readonly errors: readonly FieldProblem[] | undefined
  readonly headers: Readonly<Record<string, string>>

  constructor(
    code: ProblemCode,
    options: {
      detail?: string
      errors?: readonly FieldProblem[]
      headers?: Readonly<Record<string, string>>
    } = {},
  ) {
    super(code)
    this.code = code
    this.detail = options.detail
    this.errors = options.errors
    this.headers = options.headers ?? {}
  }
}

/** Seconds after which a request that met a busy or silent part is worth repeating. */
const RETRY_AFTER_SECONDS = 1

/** Writes a problem as application/problem+json. A 503 or an in-flight key says when to come back. */
export function writeProblem(c: Context, problem: Problem): Response {
  const [status, title] = CODES[problem.code]
  const again = status === 503 || problem.code === 'idempotency_key_in_flight'
  return c.body(
    JSON.stringify({
      type: `urn:one-flower-one-dream:problem:${problem.code}`,
      title,
      status,
      code: problem.code,
      ...(problem.detail === undefined ? {} : { detail: problem.detail }),
      ...(problem.errors === undefined ? {} : { errors: problem.errors }),
    }),
    status,
    {
      'Content-Type': 'application/problem+json',
      'Cache-Control': 'no-store',
      ...(again ? { 'Retry-After': String(RETRY_AFTER_SECONDS) } : {}),
      ...problem.headers,
    },
  )
}
