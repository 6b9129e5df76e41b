import { signatureHeaders } from '../kit/sign.ts'

/** Signs an event as a business line and sends it. Returns the worker's answer. */
export function sendEvent(
  baseUrl: string,
  line: string,
  secret: string,
  event: { readonly type: string; readonly data: unknown },
  id = `msg_${crypto.randomUUID()}`,
): Promise<Response> {
  const now = new Date()
  const body = JSON.stringify({ ...event, timestamp: now.toISOString() })
  return fetch(`${baseUrl}/v1/lines/${line}/webhook`, {
    method: 'POST',
    body,
    headers: { 'Content-Type': 'application/json', ...signatureHeaders(secret, id, now.getTime(), body) },
  })
}
