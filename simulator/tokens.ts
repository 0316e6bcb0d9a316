import { canary } from './canaries.ts';
import type { SimulatedRequest } from './http.ts';
import { bearer } from './http.ts';

/** Public id of the Entra application behind every AKS API server. */
export const aksServerApp = '6dae42f8-4368-4678-94ff-3960e28e3630';

export type Audience = 'arm' | 'aks' | 'other';

export interface TokenFacts {
  readonly audience: Audience;
  readonly resource: string;
  /** Seconds since 1970. */
  readonly expiresAt: number;
}

function audienceOf(resource: string): Audience {
  const plain = resource.replace(/\/+$/u, '').toLowerCase();
  if (plain === 'https://management.azure.com' || plain === 'https://management.core.windows.net')
    return 'arm';
  return plain === aksServerApp || plain === `api://${aksServerApp}` ? 'aks' : 'other';
}

/** A token in the form of a JWT that opens nothing anywhere. A canary stands where its signature would, so that one that leaks is found. */
export function issueToken(facts: Omit<TokenFacts, 'audience'>, serial: number): string {
  const header = encode({ typ: 'JWT', alg: 'none' });
  const payload = encode({
    aud: facts.resource,
    exp: facts.expiresAt,
    oid: identityObjectId,
    serial,
  });
  return `${header}.${payload}.${canary(`${audienceOf(facts.resource)} token`)}`;
}

/** Object id of the identity that asks. */
export const identityObjectId = 'b7c1d2e3-4f50-4a61-8b72-9c83ad94be05';

/** What a token of ours says; `undefined` for anybody else's. */
export function readToken(token: string): TokenFacts | undefined {
  try {
    const payload: unknown = JSON.parse(
      Buffer.from(token.split('.')[1] ?? '', 'base64url').toString('utf8'),
    );
    if (typeof payload !== 'object' || payload === null) return undefined;
    const fields = new Map<string, unknown>(Object.entries(payload));
    const resource = fields.get('aud');
    const expiresAt = fields.get('exp');
    if (typeof resource !== 'string' || typeof expiresAt !== 'number') return undefined;
    return { audience: audienceOf(resource), resource, expiresAt };
  } catch {
    return undefined;
  }
}

export type TokenVerdict = 'ok' | 'missing' | 'invalid' | 'expired' | 'wrong-audience';

/** Whether the bearer token of a request is good for an audience now, or what is wrong with it. */
export function judgeToken(
  request: SimulatedRequest,
  audience: Audience,
  nowMs: number,
): TokenVerdict {
  const token = bearer(request);
  if (token === undefined) return 'missing';
  const facts = readToken(token);
  if (facts === undefined) return 'invalid';
  if (facts.audience !== audience) return 'wrong-audience';
  return facts.expiresAt * 1000 <= nowMs ? 'expired' : 'ok';
}

function encode(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}
