import { json, type SimulatedRequest, type SimulatedResponse } from './http.ts';
import { issueToken } from './tokens.ts';

export interface IdentityOptions {
  /** What `IDENTITY_HEADER` holds; a request without it gets no token. */
  readonly secret: string;
  readonly lifetimeSeconds: number;
  readonly nowMs: () => number;
}

export interface IdentityEndpoint {
  readonly answer: (request: SimulatedRequest) => SimulatedResponse;
  /** Tokens handed out so far, by resource. */
  readonly issued: () => ReadonlyMap<string, number>;
  /** A token as the endpoint would give it, for transports that sit past it. */
  readonly issue: (resource: string) => string;
}

export const identityPath = '/msi/token';

/** The managed-identity endpoint of App Service: `?resource=…&api-version=2019-08-01`, header `X-IDENTITY-HEADER`. */
export function identityEndpoint(options: IdentityOptions): IdentityEndpoint {
  const issued = new Map<string, number>();
  const issue = (resource: string): { readonly token: string; readonly expiresAt: number } => {
    const serial = (issued.get(resource) ?? 0) + 1;
    issued.set(resource, serial);
    const expiresAt = Math.floor(options.nowMs() / 1000) + options.lifetimeSeconds;
    return { token: issueToken({ resource, expiresAt }, serial), expiresAt };
  };
  return {
    issued: () => issued,
    issue: (resource) => issue(resource).token,
    answer(request) {
      const { searchParams } = request.url;
      if (request.headers.get('x-identity-header') !== options.secret)
        return refusal(401, 'unauthorized_client', 'X-IDENTITY-HEADER is missing or wrong');
      if (searchParams.get('api-version') !== '2019-08-01')
        return refusal(400, 'invalid_request', 'api-version 2019-08-01 is needed');
      const resource = searchParams.get('resource');
      if (resource === null || resource === '')
        return refusal(400, 'invalid_request', 'resource is missing');
      const { token, expiresAt } = issue(resource);
      return json(200, {
        access_token: token,
        expires_on: String(expiresAt),
        resource,
        token_type: 'Bearer',
        client_id: searchParams.get('client_id') ?? '3b5f2c90-6d1e-4f7a-9c28-5e0a7b4d8f61',
      });
    },
  };
}

function refusal(status: number, error: string, description: string): SimulatedResponse {
  return json(status, { error, error_description: description });
}
