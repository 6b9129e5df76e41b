import { describe, expect, it } from 'vitest'
import { safePath } from '../../src/pages/frame/paths.ts'

describe('where a browser is led to', () => {
  it('is a path of ours, whatever was sent', () => {
    expect(safePath('/dreams/x?lang=en')).toBe('/dreams/x?lang=en')
    for (const hostile of [
      ...['//evil.test/x', '/\\evil.test', '/\t/evil.test', '/.//evil.test', '/a/..//evil.test'],
      ...['https://evil.test/', 'javascript:alert(1)', '', undefined, 'evil.test'],
    ])
      expect(safePath(hostile), String(hostile)).toBe('/')
  })
})
