import type { RunningWorker } from '../outside/worker-process.ts'

/** Every page there is, by a name and an address, on a site on which a dream lived its whole life. */

export interface NamedPage {
  readonly name: string
  readonly path: string
}

/** The dream that was carried out, and a report of it. */
export interface Lived {
  readonly dream: string
  readonly report: string
}

const name = (name: string, path: string): NamedPage => ({ name, path })

// biome-ignore lint/suspicious/noExplicitAny: the body of any route
async function get(url: string, token?: string): Promise<any> {
  const answer = await fetch(url, token ? { headers: { Authorization: `Bearer ${token}` } } : {})
  if (!answer.ok) throw new Error(`${url} answers ${answer.status}`)
  return answer.json()
}

/** How long the list of dreams may show a state from before, and more. */
const PATIENCE_MS = 20_000

export async function reportOf(url: string): Promise<Lived> {
  for (const deadline = Date.now() + PATIENCE_MS; Date.now() < deadline; ) {
    const { items } = await get(`${url}/v1/dreams?pageSize=100`)
    const dream = items.find(({ state }: { state: string }) => state === 'completed')?.id
    if (dream) return { dream, report: (await get(`${url}/v1/dreams/${dream}/reports`)).items[0].id }
    await new Promise((done) => setTimeout(done, 500))
  }
  throw new Error('no dream was carried out')
}

export const publicPages = ({ dream, report }: Lived): NamedPage[] => [
  name('wall', '/'),
  name('dream', '/dreams/school-libraries'),
  name('lived', `/dreams/${dream}`),
  name('lived-history', `/dreams/${dream}/history`),
  name('lived-news', `/dreams/${dream}/news`),
  name('lived-progress', `/dreams/${dream}/progress`),
  name('lived-questions', `/dreams/${dream}/questions`),
  name('lived-reports', `/dreams/${dream}/reports`),
  name('report', `/reports/${report}`),
  name('badge', `/dreams/${dream}/badge`),
  name('earn', '/earn'),
  name('numbers', '/numbers'),
  name('reference', '/reference'),
  name('reference-dreams', '/reference/dreams'),
  name('sign-in', '/sign-in'),
  name('nothing', '/there-is-nothing-here'),
  name('no-dream', '/dreams/there-is-no-such-dream'),
]

export const mine: readonly NamedPage[] = [
  name('me', '/me'),
  name('me-history', '/me/history'),
  name('me-news', '/me/news'),
  name('me-follows', '/me/follows'),
  name('me-lines', '/me/lines'),
  name('me-account', '/me/account'),
  name('propose', '/propose'),
  name('ask', '/dreams/school-libraries#questions'),
  name('help', '/dreams/school-libraries/help'),
  name('forbidden', '/ops'),
]

export async function desk({ url, seed }: Pick<RunningWorker, 'url' | 'seed'>): Promise<NamedPage[]> {
  const { token } = seed.users.operator
  const { dream } = await reportOf(url)
  const proposals = await get(`${url}/v1/review/proposals?pageSize=3`, token)
  const ids: string[] = proposals.items.map(({ id }: { id: string }) => id)
  const campaigns = await get(`${url}/v1/campaigns`)
  const organisations = await get(`${url}/v1/organisations`)
  const today = new Date().toISOString().slice(0, 10)
  return [
    name('ops', '/ops'),
    name('ops-proposal', `/ops/proposals/${ids[0]}`),
    name('ops-compare', `/ops/compare?ids=${ids.slice(0, 2).join(',')}`),
    name('ops-dreams', '/ops/dreams'),
    name('ops-dream', `/ops/dreams/${dream}`),
    name('ops-offers', `/ops/dreams/${dream}/offers`),
    name('ops-campaign', `/ops/campaigns/${campaigns.items[0].id}`),
    name('ops-organisations', '/ops/organisations'),
    name('ops-organisation', `/ops/organisations/${organisations.items[0].id}`),
    name('ops-reports', '/ops/reports'),
    name('ops-questions', '/ops/questions'),
    name('ops-lines', '/ops/lines'),
    name('ops-line', '/ops/lines/steps'),
    name('ops-secrets', '/ops/lines/steps/secrets'),
    name('ops-rules', '/ops/lines/steps/rules'),
    name('ops-days', '/ops/lines/steps/days'),
    name('ops-no-day', `/ops/lines/steps/days/${today}`),
    name('ops-revocations', '/ops/lines/steps/revocations'),
    name('ops-callbacks', '/ops/callbacks'),
    name('ops-audit', '/ops/audit'),
    name('ops-log', '/ops/audit/log'),
  ]
}
