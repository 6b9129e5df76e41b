import ipaddr from 'ipaddr.js'

/** Longest address taken: what browsers and proxies carry without trouble. */
export const MAX_URL_LENGTH = 2_048

/** The ports of https by custom. Any port would let a subscriber knock at other services' doors through us. */
const PORTS = ['', '443', '8443']

/** Names that mean something inside a network only: RFC 6761, 6762, 8375, and `internal`, which ICANN reserved. */
const INNER_NAMES = ['localhost', 'local', 'internal', 'home.arpa']

/** An address as it will be used, or what is wrong with it, in words. */
export type AddressCheck =
  | { readonly kind: 'good'; readonly url: string }
  | { readonly kind: 'refused'; readonly why: string }

/**
 * Whether callbacks may be sent to an address. Looked at when it is given and before each attempt, by the name it
 * states: what the name resolves to is the platform's to hold to the public internet, and Cloudflare's fetch does.
 * On a local run http and this machine's own addresses are taken too.
 */
export function checkAddress(text: string, { local }: { readonly local: boolean }): AddressCheck {
  const refused = (why: string): AddressCheck => ({ kind: 'refused', why })
  const url = URL.canParse(text) ? new URL(text) : null
  if (!url) return refused('It is not a URL.')
  if (url.protocol !== 'https:' && !(local && url.protocol === 'http:'))
    return refused('It does not begin with https://.')
  if (text.length > MAX_URL_LENGTH || url.href.length > MAX_URL_LENGTH)
    return refused(`It is longer than ${MAX_URL_LENGTH} characters.`)
  if (url.username !== '' || url.password !== '') return refused('It holds a user name or a password.')
  if (text.includes('#')) return refused('It holds a fragment.')
  // The parser has brought every spelling of an IPv4 address (hexadecimal, octal, one number) into its plain form.
  const host = url.hostname.replace(/^\[(.*)\]$/, '$1').replace(/\.+$/, '')
  if (local && isLoopback(host)) return { kind: 'good', url: url.href }
  if (!PORTS.includes(url.port)) return refused('Its port is neither 443 nor 8443.')
  if (ipaddr.isValid(host)) {
    if (!isPublic(host)) return refused('It is not a public IP address.')
  } else if (INNER_NAMES.some((name) => host === name || host.endsWith(`.${name}`))) {
    return refused('Its name is that of a host in an inner network.')
  } else if (!host.includes('.')) {
    return refused('Its host has no domain.')
  }
  return { kind: 'good', url: url.href }
}

/** True for a unicast address that no registry set aside; in IPv6 those handed out begin with 001 (RFC 4291). */
function isPublic(host: string): boolean {
  const address = ipaddr.parse(host)
  return (
    address.range() === 'unicast' && (address.kind() === 'ipv4' || address.match(ipaddr.parse('2000::'), 3))
  )
}

function isLoopback(host: string): boolean {
  return ipaddr.isValid(host)
    ? ipaddr.parse(host).range() === 'loopback'
    : host === 'localhost' || host.endsWith('.localhost')
}
