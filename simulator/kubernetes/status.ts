import { json, type SimulatedResponse } from '../http.ts';
import { identityObjectId } from '../tokens.ts';
import type { Kind } from './kinds.ts';

/** A failure as the Kubernetes API says it: a Status object. */
export function status(
  code: number,
  reason: string,
  message: string,
  more: { readonly metadata?: object; readonly details?: object } = {},
  headers: Readonly<Record<string, string>> = {},
): SimulatedResponse {
  return json(
    code,
    {
      kind: 'Status',
      apiVersion: 'v1',
      metadata: more.metadata ?? {},
      status: 'Failure',
      message,
      reason,
      details: more.details,
      code,
    },
    headers,
  );
}

/** 401, as for a token that the API server does not know. */
export function unauthorized(): SimulatedResponse {
  return status(401, 'Unauthorized', 'Unauthorized');
}

/** Names the verb and the resource that the caller may not have. */
export function forbidden(
  verb: string,
  { resource, group }: Pick<Kind, 'resource' | 'group'>,
  namespace: string | undefined,
  azureRbac: boolean,
): SimulatedResponse {
  const where =
    namespace === undefined ? 'at the cluster scope' : `in the namespace "${namespace}"`;
  const azure = azureRbac
    ? ': User does not have access to the resource in Azure. Update role assignment to allow access.'
    : '';
  return status(
    403,
    'Forbidden',
    `${resource} is forbidden: User "${identityObjectId}" cannot ${verb} resource "${resource}" in API group "${group}" ${where}${azure}`,
    { details: { ...(group === '' ? {} : { group }), kind: resource } },
  );
}

/** 404 of a path that leads to no resource. */
export function notFound(path: string): SimulatedResponse {
  return status(404, 'NotFound', `the server could not find the requested resource: ${path}`);
}

/** 400 with a message of the API server. */
export function badRequest(message: string): SimulatedResponse {
  return status(400, 'BadRequest', message);
}

/** 405: everything here is for reading only. */
export function methodNotAllowed(): SimulatedResponse {
  return status(
    405,
    'MethodNotAllowed',
    'the server does not allow this method on the requested resource',
  );
}

/** The list of the token is gone; the token in `metadata` continues it inconsistently. */
export function expired(continueToken: string): SimulatedResponse {
  return status(
    410,
    'Expired',
    'The provided continue parameter is too old to display a consistent list result. Start a new list, or go on with the inconsistent token in this answer.',
    { metadata: { continue: continueToken } },
  );
}

/** 429 of API Priority and Fairness, with `Retry-After` where one is given. */
export function throttled(retryAfter: string | undefined): SimulatedResponse {
  return status(
    429,
    'TooManyRequests',
    'the server has received too many requests and has asked us to try again later',
    retryAfter === undefined ? {} : { details: { retryAfterSeconds: Number(retryAfter) || 1 } },
    retryAfter === undefined ? {} : { 'retry-after': retryAfter },
  );
}
