import type { Check } from './checks.ts'

const QUOTED = /^"[\w-]+"$/

/** Reads `"name";a=1;b=2`, one item of the RateLimit header fields; null when it is anything else. */
function readItem(header: string | null): { name: string; [parameter: string]: string | number } | null {
  const [name = '', ...parameters] = (header ?? '').split(';')
  if (!QUOTED.test(name)) return null
  const pairs = parameters.map((parameter) => /^([a-z]+)=(\d{1,15})$/.exec(parameter.trim()))
  if (pairs.some((pair) => pair === null)) return null
  return { ...Object.fromEntries(pairs.map((pair) => [pair?.[1], Number(pair?.[2])])), name }
}

/** The rate limit is told. It is not tried out: that would hold up whoever else sends as this line. */
export const rateChecks: readonly Check[] = [
  {
    name: 'RateLimit and RateLimit-Policy',
    expected: 'well formed, within the policy',
    run: async (door) => {
      const { headers } = await door.report([door.act()])
      const [policy, rate] = [readItem(headers.get('RateLimit-Policy')), readItem(headers.get('RateLimit'))]
      if (!policy || !rate) return !policy && !rate ? 'missing or malformed' : 'one of them is malformed'
      const { q, w } = policy
      const { r, t } = rate
      const within =
        r !== undefined && q !== undefined && r <= q && t !== undefined && w !== undefined && t <= w
      return within && policy.name === rate.name ? 'well formed, within the policy' : 'beyond the policy'
    },
  },
]
