import { describe, expect, it } from 'vitest'
import { expectProblem, send } from './world.ts'

describe('a path that is not there', () => {
  it('is 404 for any method', async () => {
    for (const path of ['/nowhere', '/v1', '/v1/dreams/', '/v1/dreams/a/b', '/v1/lines/', '/V1/dreams'])
      for (const method of ['GET', 'POST', 'DELETE', 'OPTIONS'])
        await expectProblem(await send(path, { method }), 'not_found')
  })
})

describe('a method that a path does not take', () => {
  const paths: Record<string, string> = {
    '/': 'GET',
    '/sign-out': 'POST',
    '/v1/dreams': 'GET',
    '/v1/dreams/first-flower': 'GET',
    '/v1/dreams/first-flower/pledges': 'POST',
    '/v1/dreams/first-flower/close': 'POST',
    '/v1/lines': 'POST, GET',
    '/v1/lines/gift': 'GET, PATCH',
    '/v1/lines/gift/webhook': 'POST',
    '/v1/lines/gift/secrets': 'GET, POST',
    '/v1/lines/gift/secrets/seed': 'DELETE',
    '/v1/lines/gift/rules': 'GET, POST',
    '/v1/lines/gift/rules/gift/1/activate': 'POST',
    '/v1/lines/gift/rules/gift/1/retire': 'POST',
    '/v1/me': 'GET, DELETE',
    '/v1/me/entries': 'GET',
    '/v1/auth/guest': 'POST',
    '/v1/audit/conservation': 'GET',
    '/v1/audit/log': 'GET',
    '/v1/openapi.json': 'GET',
    '/healthz': 'GET',
  }

  it.each(Object.entries(paths))('of %s is answered 405 with Allow: %s', async (path, allow) => {
    for (const method of ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'PROPFIND']) {
      if (allow.split(', ').includes(method)) continue
      const answer = await send(path, { method })
      expect(answer.headers.get('Allow')).toBe(allow)
      await expectProblem(answer, 'method_not_allowed')
    }
  })
})

describe('the address of what answered a form', () => {
  const above = {
    '/me/lines/code': '/me/lines',
    '/me/delete': '/me',
    '/earn/answers': '/earn',
    '/sign-in/guest': '/sign-in',
    '/sign-out': '/',
    '/dreams/x/follow': '/dreams/x',
    '/dreams/x/questions/q/raise': '/dreams/x/questions/q',
    '/proposals/p/pictures/k/delete': '/proposals/p',
    '/ops/lines/steps/rules/act/1/activate': '/ops/lines/steps/rules',
  }

  it.each(Object.entries(above))(
    '%s leads a browser to %s, in the language it asks for',
    async (path, page) => {
      const headers = { Accept: 'text/html,*/*' }
      const answer = await send(`${path}?lang=en`, { headers, redirect: 'manual' })
      expect([answer.status, answer.headers.get('Location')]).toEqual([303, `${page}?lang=en`])
      await expectProblem(await send(path), 'method_not_allowed')
    },
  )
})
