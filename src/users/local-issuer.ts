import { importJWK, type JSONWebKeySet, type JWK, SignJWT } from 'jose'

/**
 * The issuer of a local run. It exists only where LOCAL_SIGNING_KEY is set, which `npm start` does and a deployment
 * never does.
 */

export const LOCAL_ISSUER = 'urn:one-flower-one-dream:local'
export const LOCAL_AUDIENCE = 'one-flower-one-dream'

const ALGORITHM = 'ES256'

/** The public half of the local signing key (a private JWK as JSON), as a key set. */
export function localKeySet(signingKey: string): JSONWebKeySet {
  const { kty, crv, x, y } = JSON.parse(signingKey) as JWK
  return { keys: [{ kty, crv, x, y, alg: ALGORITHM } as JWK] }
}

/** Signs a token for a user of a local run. `lifetime` as jose reads it: '30d'. */
export async function signLocalToken(
  signingKey: string,
  user: string,
  options: { roles?: readonly string[]; lifetime: string },
): Promise<string> {
  const key = await importJWK(JSON.parse(signingKey) as JWK, ALGORITHM)
  return new SignJWT(options.roles ? { roles: options.roles } : {})
    .setProtectedHeader({ alg: ALGORITHM })
    .setIssuer(LOCAL_ISSUER)
    .setAudience(LOCAL_AUDIENCE)
    .setSubject(user)
    .setIssuedAt()
    .setExpirationTime(options.lifetime)
    .sign(key)
}
