import { json, type SimulatedResponse } from '../http.ts';
import { identityObjectId, type TokenVerdict } from '../tokens.ts';

function armError(
  status: number,
  code: string,
  message: string,
  headers: Readonly<Record<string, string>> = {},
): SimulatedResponse {
  return json(status, { error: { code, message } }, headers);
}

/** 401 in the words that ARM has for this fault of a token. */
export function unauthorized(verdict: TokenVerdict): SimulatedResponse {
  const [code, message] =
    verdict === 'missing'
      ? ['AuthenticationFailed', "Authentication failed. The 'Authorization' header is missing."]
      : verdict === 'expired'
        ? ['ExpiredAuthenticationToken', 'The access token expired.']
        : verdict === 'wrong-audience'
          ? [
              'InvalidAuthenticationTokenAudience',
              'The access token is for the wrong audience or resource.',
            ]
          : ['InvalidAuthenticationToken', 'The access token is invalid.'];
  return armError(401, code, message, {
    'www-authenticate': `Bearer authorization_uri="https://login.windows.net/common", error="invalid_token", error_description="${message}"`,
  });
}

/** The 403 of a missing role; `action` is the right that would open it. */
export function forbidden(action: string, scope: string): SimulatedResponse {
  return armError(
    403,
    'AuthorizationFailed',
    `The client '${identityObjectId}' with object id '${identityObjectId}' does not have authorization to perform action '${action}' over scope '${scope}' or the scope is invalid. If access was recently granted, please refresh your credentials.`,
  );
}

/** 429 of a subscription's reads. */
export function throttled(
  retryAfter: string | undefined,
  subscriptionId: string,
): SimulatedResponse {
  return armError(
    429,
    'SubscriptionRequestsThrottled',
    `Number of requests for subscription '${subscriptionId}' exceeded the limit. Please try again later.`,
    retryAfter === undefined ? {} : { 'retry-after': retryAfter },
  );
}

/** 404: none of that id, or none that the identity sees. */
export function subscriptionNotFound(id: string): SimulatedResponse {
  return armError(404, 'SubscriptionNotFound', `The subscription '${id}' could not be found.`);
}

/** 404 of a resource or of a path that leads to none. */
export function resourceNotFound(what: string): SimulatedResponse {
  return armError(404, 'ResourceNotFound', `The Resource '${what}' was not found.`);
}

/** 400 where `api-version` is missing, or not one that has the operation. */
export function badApiVersion(given: string | undefined): SimulatedResponse {
  return given === undefined
    ? armError(
        400,
        'MissingApiVersionParameter',
        'The api-version query parameter (?api-version=) is required for all requests.',
      )
    : armError(
        400,
        'InvalidResourceType',
        `The resource type could not be found in the namespace 'Microsoft.ContainerService' for api version '${given}'.`,
      );
}

/** 405: everything here is for reading only. */
export function methodNotAllowed(method: string): SimulatedResponse {
  return armError(
    405,
    'MethodNotAllowed',
    `The simulator refuses ${method}: nothing here may be changed.`,
  );
}

/** 400 with a message. */
export function badRequest(message: string): SimulatedResponse {
  return armError(400, 'BadRequest', message);
}
