import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { decodeJwt, decodeProtectedHeader, exportJWK, generateKeyPair, type JWTPayload, SignJWT } from 'jose'
import { Provider } from 'oidc-provider'

/** A real OpenID Connect provider on loopback, whose people say yes or no at once. */

export const CLIENT_ID = 'flowers'
export const AUDIENCE = 'one-flower-one-dream'

const ALGORITHMS = ['ES256', 'RS256', 'EdDSA'] as const
export type Algorithm = (typeof ALGORITHMS)[number]

export interface Person {
  readonly sub: string
  readonly name?: string
  readonly roles?: readonly string[]
}

/** The tokens the provider handed out last. */
interface Tokens {
  id_token: string
  access_token: string
}

export interface IdentityProvider {
  readonly issuer: string
  /** Who is at the screen when someone is asked to sign in; null says no. */
  person: Person | null
  /** Signs tokens with this. */
  algorithm: Algorithm
  /** Changes what the ID token says before it is signed again with the provider's own key. */
  forge: ((claims: JWTPayload) => JWTPayload) | null
  /** Breaks the signature of the ID token. */
  breakSignature: boolean
  /** Answers 503 to every path that begins so. */
  silentAt: string | null
  tokens: Tokens | null
  /** What the last sign-in asked for. */
  asked: URLSearchParams | null
  /** Knows the client from now on. */
  open(client: { redirectUri: string; secret: string | null }): void
  close(): Promise<void>
}

const keys = Object.fromEntries(
  await Promise.all(
    ALGORITHMS.map(async (alg) => [alg, await generateKeyPair(alg, { extractable: true })] as const),
  ),
) as Record<Algorithm, Awaited<ReturnType<typeof generateKeyPair>>>

/** Starts one, at an address that is known before its client's is. */
export async function startIdentityProvider(): Promise<IdentityProvider> {
  let handle: ReturnType<Provider['callback']> | null = null
  const server = createServer((request, response) => {
    if (idp.silentAt && request.url?.startsWith(idp.silentAt)) response.writeHead(503).end()
    else if (handle) void handle(request, response)
    else response.writeHead(404).end()
  })
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const jwks = await Promise.all(
    ALGORITHMS.map(async (alg) => ({
      ...(await exportJWK(keys[alg].privateKey)),
      ...{ alg, kid: alg, use: 'sig' },
    })),
  )
  const idp: IdentityProvider = {
    ...{ issuer, person: null, algorithm: 'ES256', forge: null, breakSignature: false },
    ...{ silentAt: null, tokens: null, asked: null },
    open: ({ redirectUri, secret }) => {
      handle = makeProvider(idp, { keys: jwks }, redirectUri, secret).callback()
    },
    close: () => closeServer(server),
  }
  return idp
}

function closeServer(server: Server): Promise<void> {
  server.closeAllConnections()
  return new Promise((done) => server.close(() => done()))
}

function makeProvider(
  idp: IdentityProvider,
  jwks: { keys: object[] },
  redirectUri: string,
  secret: string | null,
): Provider {
  const people = new Map<string, Person>()
  const provider = new Provider(idp.issuer, {
    jwks: jwks as never,
    clients: [
      {
        client_id: CLIENT_ID,
        redirect_uris: [redirectUri],
        grant_types: ['authorization_code'],
        response_types: ['code'],
        id_token_signed_response_alg: 'ES256',
        ...(secret
          ? { client_secret: secret, token_endpoint_auth_method: 'client_secret_basic' }
          : { token_endpoint_auth_method: 'none' }),
      },
    ],
    ttl: { Interaction: 600, Grant: 600, Session: 600, AccessToken: 600, IdToken: 600 },
    cookies: { keys: ['a key of a test'] },
    enabledJWA: { idTokenSigningAlgValues: [...ALGORITHMS] },
    conformIdTokenClaims: false,
    claims: { openid: ['sub', 'roles'], profile: ['name'] },
    findAccount: (_, id) => ({ accountId: id, claims: () => ({ ...people.get(id), sub: id }) }),
    interactions: { url: () => '/screen' },
    // Everyone has agreed to this client already.
    loadExistingGrant: async (ctx) => {
      const accountId = ctx.oidc.session?.accountId
      if (!accountId) return undefined
      const grant = new provider.Grant({ clientId: CLIENT_ID, accountId })
      grant.addOIDCScope('openid profile')
      grant.addResourceScope('urn:flowers', 'flowers')
      await grant.save()
      return grant
    },
    extraTokenClaims: (_, token) =>
      'accountId' in token && token.accountId
        ? { roles: [...(people.get(token.accountId)?.roles ?? [])] }
        : {},
    features: {
      devInteractions: { enabled: false },
      resourceIndicators: {
        enabled: true,
        defaultResource: () => 'urn:flowers',
        useGrantedResource: () => true,
        getResourceServerInfo: () => ({
          ...{ scope: 'flowers', audience: AUDIENCE, accessTokenFormat: 'jwt' },
          jwt: { sign: { alg: idp.algorithm } },
        }),
      },
    },
  })
  provider.use(async (ctx, next) => {
    if (ctx.path === '/auth') idp.asked = new URLSearchParams(ctx.querystring)
    if (ctx.path === '/screen') {
      const { person } = idp
      if (person) people.set(person.sub, person)
      await provider.interactionFinished(
        ctx.req,
        ctx.res,
        person ? { login: { accountId: person.sub } } : { error: 'access_denied' },
      )
      ctx.respond = false
      return
    }
    await next()
    const answer = ctx.body as Tokens | undefined
    if (ctx.path !== '/token' || !answer?.id_token) return
    answer.id_token = await signAgain(idp, answer.id_token)
    idp.tokens = answer
  })
  return provider
}

async function signAgain(idp: IdentityProvider, token: string): Promise<string> {
  const claims = idp.forge?.(decodeJwt(token)) ?? decodeJwt(token)
  const header = { ...decodeProtectedHeader(token), alg: idp.algorithm, kid: idp.algorithm }
  const signed = await new SignJWT(claims).setProtectedHeader(header).sign(keys[idp.algorithm].privateKey)
  if (!idp.breakSignature) return signed
  const [head, body, signature = ''] = signed.split('.')
  return `${head}.${body}.${signature.startsWith('A') ? 'B' : 'A'}${signature.slice(1)}`
}
