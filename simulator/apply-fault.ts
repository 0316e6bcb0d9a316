import * as armErrors from './arm/errors.ts';
import { decodePageStart } from './arm/lists.ts';
import { type RequestOutcome, type SimulatedRequest, type SimulatedResponse } from './http.ts';
import { drip, endless, gzipBomb } from './fault-bodies.ts';
import { isKubernetesHost } from './kubernetes/answer.ts';
import * as kubernetes from './kubernetes/status.ts';
import { throttled as slackThrottled } from './slack/answers.ts';
import { slackHost } from './slack/slack.ts';
import { parseContinueToken, formatContinueToken } from './kubernetes/list.ts';
import type { FaultAction } from './faults.ts';

/** What a fault makes of the ordinary answer. `answer` is asked only where the fault needs it. */
export function applyFault(
  action: FaultAction,
  request: SimulatedRequest,
  answer: () => RequestOutcome,
): RequestOutcome {
  switch (action.kind) {
    case 'latency':
    case 'kubeconfig':
    case 'tls':
      return answer();
    case 'throttle':
      return throttled(request, action.retryAfter);
    case 'status':
      if (action.accepted === true) answer();
      return {
        kind: 'response',
        status: action.status,
        headers: { 'content-type': action.contentType ?? 'text/html; charset=utf-8' },
        body: action.body ?? `<html><body><h1>${action.status}</h1></body></html>`,
      };
    case 'forbid':
      return isKubernetes(request)
        ? kubernetes.status(403, 'Forbidden', `${request.url.pathname} is forbidden`)
        : armErrors.forbidden('simulated/action', request.url.pathname);
    case 'hang':
      return begun({ kind: 'hang' }, action.afterBytes, answer);
    case 'reset':
      return begun({ kind: 'broken', code: 'ECONNRESET' }, action.afterBytes, answer);
    case 'redirect':
      return { kind: 'response', status: 302, headers: { location: action.to }, body: '' };
    case 'gone':
      return gone(request) ?? answer();
    case 'drip':
      return changed(answer, (text) => ({ body: drip(text, action.bytes, action.everyMs) }));
    case 'endless':
      return changed(answer, () => ({ body: endless() }));
    case 'gzip-bomb':
      return changed(answer, (_text, headers) => ({
        headers: { ...headers, 'content-encoding': 'gzip' },
        body: gzipBomb(action.megabytes),
      }));
    case 'truncate':
      return changed(answer, (text) => ({ body: text.slice(0, action.atByte) }));
    case 'location':
      return changed(answer, (_text, headers) => ({
        headers: { ...headers, location: action.to },
      }));
    case 'retry-after':
      return changed(answer, (_text, headers) => ({
        headers: { ...headers, 'retry-after': action.value },
      }));
    case 'replace':
      return changed(answer, (text) => ({ body: action.body(text) }));
    case 'next-link':
      return changed(answer, (text) => ({
        body: withNextLink(text, linkFor(action.to, request)),
      }));
  }
}

function begun(
  end: Exclude<RequestOutcome, SimulatedResponse>,
  bytes: number | undefined,
  answer: () => RequestOutcome,
): RequestOutcome {
  if (bytes === undefined) return end;
  const after = answer();
  return after.kind === 'response' ? { ...end, after, bytes } : after;
}

function changed(
  answer: () => RequestOutcome,
  change: (
    text: string,
    headers: SimulatedResponse['headers'],
  ) => Partial<Pick<SimulatedResponse, 'headers' | 'body'>>,
): RequestOutcome {
  const ordinary = answer();
  if (ordinary.kind !== 'response') return ordinary;
  const { body, headers } = ordinary;
  return { ...ordinary, ...change(typeof body === 'string' ? body : '', headers) };
}

function throttled(request: SimulatedRequest, retryAfter: string | undefined): SimulatedResponse {
  if (isKubernetes(request)) return kubernetes.throttled(retryAfter);
  if (request.url.hostname === slackHost) return slackThrottled(retryAfter);
  return armErrors.throttled(retryAfter, request.url.pathname.split('/')[2] ?? '');
}

function isKubernetes({ url }: SimulatedRequest): boolean {
  return isKubernetesHost(url.hostname);
}

function gone({ url }: SimulatedRequest): SimulatedResponse | undefined {
  const token = parseContinueToken(url.searchParams.get('continue') ?? '');
  if (token === undefined || token.version === -1) return undefined;
  // The token in a 410 goes on where the old one stood, in a list of its own.
  return kubernetes.expired(formatContinueToken({ ...token, version: -1 }));
}

function linkFor(to: 'itself' | 'other-host' | 'plain-http', { url }: SimulatedRequest): string {
  const link = new URL(url);
  if (to === 'other-host') link.hostname = 'management.azure.com.attacker.example';
  if (to === 'plain-http') link.protocol = 'http:';
  const token = link.searchParams.get('$skipToken');
  if (to !== 'itself' && (token === null || decodePageStart(token) !== undefined))
    link.searchParams.set('$skipToken', 'MDow');
  return link.href;
}

function withNextLink(text: string, link: string): string {
  const body: unknown = JSON.parse(text);
  return JSON.stringify({ ...(typeof body === 'object' ? body : {}), nextLink: link });
}
