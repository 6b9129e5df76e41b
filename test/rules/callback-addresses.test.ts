import { describe, expect, it } from 'vitest'
import { checkAddress, MAX_URL_LENGTH } from '../../src/callbacks/addresses.ts'

const kindOf = (url: string, local = false): string => checkAddress(url, { local }).kind

describe('an address for callbacks', () => {
  it.each([
    'https://example.com/flowers',
    'https://hooks.example.com:8443/a?b=c',
    'https://example.com:443',
    'https://例子.example/',
    'https://1.1.1.1/dns',
    'https://[2606:4700::1111]/',
  ])('%s is taken', (url) => {
    expect(checkAddress(url, { local: false })).toEqual({ kind: 'good', url: new URL(url).href })
  })

  it.each([
    ...[
      '',
      'nonsense',
      '/flowers',
      'https://',
      'http://example.com/',
      'ftp://example.com/',
      'file:///etc/passwd',
    ],
    ...[
      'javascript:alert(1)',
      'data:text/plain,a',
      'https://user@example.com/',
      'https://user:pw@example.com/',
    ],
    ...['https://:pw@example.com/', 'https://example.com/#a', 'https://example.com/#'],
    ...['https://example.com:22/', 'https://example.com:80/', 'https://example.com:8080/'],
    ...[
      'https://localhost/',
      'https://LOCALHOST/',
      'https://localhost./',
      'https://a.localhost/',
      'https://a.local/',
    ],
    ...[
      'https://a.internal/',
      'https://metadata.google.internal/',
      'https://home.arpa/',
      'https://nas.home.arpa/',
    ],
    ...['https://intranet/', 'https://intranet./', 'https://com/'],
  ])('%s is refused', (url) => {
    expect(kindOf(url)).toBe('refused')
  })

  it.each([
    ...['127.0.0.1', '127.1', '2130706433', '0x7f.0.0.1', '0177.0.0.1', '127.255.255.254', '0.0.0.0', '0'],
    ...[
      '10.0.0.1',
      '172.16.0.1',
      '172.31.255.255',
      '192.168.1.1',
      '169.254.169.254',
      '100.64.0.1',
      '192.0.0.8',
    ],
    ...[
      '192.0.2.1',
      '198.18.0.1',
      '198.51.100.1',
      '203.0.113.1',
      '224.0.0.1',
      '240.0.0.1',
      '255.255.255.255',
    ],
    ...[
      '[::1]',
      '[::]',
      '[::ffff:127.0.0.1]',
      '[::ffff:8.8.8.8]',
      '[fc00::1]',
      '[fd12:3456::1]',
      '[fe80::1]',
    ],
    ...[
      '[ff02::1]',
      '[64:ff9b::7f00:1]',
      '[2002:7f00:1::]',
      '[2001::1]',
      '[2001:db8::1]',
      '[100::1]',
      '[fec0::1]',
    ],
    ...['[::127.0.0.1]', '127.0.0.1.', '１２７.0.0.1'],
  ])('the IP address %s is refused', (host) => {
    expect(kindOf(`https://${host}/`)).toBe('refused')
  })

  it('has a longest length', () => {
    const url = `https://example.com/${'a'.repeat(MAX_URL_LENGTH - 20)}`
    expect(url).toHaveLength(MAX_URL_LENGTH)
    expect(kindOf(url)).toBe('good')
    expect(kindOf(`${url}a`)).toBe('refused')
    // One letter becomes nine when it is escaped.
    expect(kindOf(`https://example.com/${'花'.repeat(300)}`)).toBe('refused')
  })

  it('may be http and this machine on a local run, and still no other inner host', () => {
    for (const url of [
      'http://127.0.0.1:4000/hook',
      'http://localhost:4000/',
      'https://localhost/',
      'http://[::1]:4000/',
      'http://a.localhost:9/',
      'http://example.com/',
    ]) {
      expect(kindOf(url, true), url).toBe('good')
      expect(kindOf(url, false), url).toBe('refused')
    }
    for (const url of [
      'http://10.0.0.1/',
      'http://169.254.169.254/',
      'http://router/',
      'http://a.internal/',
      'http://user@localhost/',
      'http://localhost/#a',
      'ftp://localhost/',
    ])
      expect(kindOf(url, true), url).toBe('refused')
  })
})
