import { json, type SimulatedResponse } from '../http.ts';

/** Slack says in the body whether a call worked; the status is 200 either way. */
export function ok(body: object): SimulatedResponse {
  return json(200, { ok: true, ...body });
}

/** The answer of a method that was called too often; without a wait, the header is left out. */
export function throttled(retryAfter: string | undefined): SimulatedResponse {
  return json(
    429,
    { ok: false, error: 'ratelimited' },
    retryAfter === undefined ? {} : { 'retry-after': retryAfter },
  );
}

/** A call that did not work, by Slack's word for why. */
export function failed(error: string, more: object = {}): SimulatedResponse {
  return json(200, { ok: false, error, ...more });
}
