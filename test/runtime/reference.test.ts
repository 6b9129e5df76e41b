import { describe, expect, it } from 'vitest'
import { api } from '../../src/api.ts'
import { z } from '../../src/http/zod.ts'
import { apiDocument } from './documented.ts'
import { visit } from './page-calls.ts'

const HOSTILE = `<script>alert(1)</script> "quoted' \`<img src=x onerror=1>\` & \u202e`

// Before the document is read for the first time.
api.openAPIRegistry.registerPath({
  method: 'get',
  path: '/v1/hostile/{<b>part</b>}',
  summary: HOSTILE,
  description: HOSTILE,
  security: [{ [HOSTILE]: [] }],
  request: { params: z.object({ '<b>part</b>': z.enum([HOSTILE]).openapi({ description: HOSTILE }) }) },
  responses: {
    200: { description: HOSTILE, content: { [HOSTILE]: { schema: z.object({ [HOSTILE]: z.string() }) } } },
    400: { description: HOSTILE, content: { 'application/problem+json': { schema: z.string() } } },
  },
})

const read = async (path: string, lang: 'zh' | 'en' = 'en'): Promise<string> => {
  const answer = await visit(path, { lang })
  expect(answer.status, path).toBe(200)
  return answer.text()
}

const groupsIn = (index: string): string[] => [
  ...new Set([...index.matchAll(/href="(\/reference\/[a-z0-9-]+)"/g)].map(([, path]) => path ?? '')),
]

describe('the API reference', () => {
  it('shows every operation and every event of the document, once, where the index says', async () => {
    const { paths, webhooks } = (await apiDocument()) as unknown as Record<string, Record<string, object>>
    const described = [paths, webhooks]
      .flatMap((part) => Object.entries(part ?? {}))
      .flatMap(([path, methods]) => Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`))
    const index = await read('/reference')
    const shown: string[] = []
    for (const group of groupsIn(index)) {
      const page = await read(group)
      for (const [, id, method, path] of page.matchAll(
        /<h2 id="([a-z0-9-]+)-title"><a href="#[a-z0-9-]+"><span class="method [a-z]+">([A-Z]+)<\/span> <code>([^<]+)<\/code>/g,
      )) {
        shown.push(`${method} ${path?.replaceAll('&lt;', '<').replaceAll('&gt;', '>')}`)
        expect(index).toContain(`href="${group}#${id}"`)
        expect(page.split(`id="${id}"`)).toHaveLength(2)
      }
    }
    expect(shown.sort()).toEqual(described.sort())
  })

  it('shows what an operation takes, who may, and every code it may answer', async () => {
    const page = await read('/reference/dreams')
    const [, pledge = ''] = page.split('id="post-v1-dreams-dream-pledges"')
    const part = pledge.split('</section>')[0] ?? ''
    for (const text of [
      'Idempotency-Key',
      'With a user’s token',
      'flowers',
      'dream_not_collecting',
      'Pledge',
    ])
      expect(part).toContain(text)
  })

  it('has each page under 200 kB, in both languages', async () => {
    for (const path of ['/reference', ...groupsIn(await read('/reference'))])
      for (const lang of ['zh', 'en'] as const)
        expect((await read(path, lang)).length, path).toBeLessThan(200_000)
  })

  it('shows hostile text of a schema as text', async () => {
    for (const page of [await read('/reference'), await read('/reference/hostile')]) {
      expect(page).toContain('&lt;script&gt;alert(1)&lt;/script&gt;')
      expect(page).not.toMatch(/<script>|<img src=x|<b>part/)
    }
  })

  it('has no page for a group that is not there', async () => {
    for (const group of ['nothing', '__proto__', 'constructor', '%3Cb%3E'])
      expect((await visit(`/reference/${group}`)).status).toBe(404)
  })
})
