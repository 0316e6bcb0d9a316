import type { KubeconfigForm } from './arm/credentials.ts';
import * as armErrors from './arm/errors.ts';
import { decodeCursor } from './arm/lists.ts';
import { type Answer, type SimulatedRequest, type SimulatedResponse } from './http.ts';
import { drip, endless, gzipBomb } from './fault-bodies.ts';
import * as kubernetes from './kubernetes/status.ts';
import { throttled as slackThrottled } from './slack/answers.ts';
import { slackHost } from './slack/slack.ts';
import { readToken, writeToken } from './kubernetes/list.ts';

/** What goes wrong. */
export type FaultAction =
  | { readonly kind: 'latency'; readonly ms: number }
  /** `retryAfter` in seconds or as an HTTP date; without it the header is left out. */
  | { readonly kind: 'throttle'; readonly retryAfter?: string }
  /** `accepted`: the work was done all the same, as when a proxy fails after Slack has posted. */
  | {
      readonly kind: 'status';
      readonly status: number;
      readonly body?: string;
      readonly contentType?: string;
      readonly accepted?: true;
    }
  | { readonly kind: 'forbid' }
  /** Nothing comes; with `afterBytes`, nothing more after the head and so much of the body. */
  | { readonly kind: 'hang'; readonly afterBytes?: number }
  | { readonly kind: 'reset'; readonly afterBytes?: number }
  /** Few bytes at a time. */
  | { readonly kind: 'drip'; readonly bytes: number; readonly everyMs: number }
  | { readonly kind: 'endless' }
  | { readonly kind: 'gzip-bomb'; readonly megabytes: number }
  | { readonly kind: 'truncate'; readonly atByte: number }
  | { readonly kind: 'replace'; readonly body: (ordinary: string) => string }
  /** The list goes round, or on at another host. */
  | { readonly kind: 'next-link'; readonly to: 'itself' | 'other-host' | 'plain-http' }
  | { readonly kind: 'redirect'; readonly to: string }
  /** 410 for a page of a Kubernetes list; neither first pages nor the rest that a 410 offers are ever expired. */
  | { readonly kind: 'gone' }
  /** A 200 that ends the list early: the rest is said to remain, and no token leads there. */
  | { readonly kind: 'short-list' }
  | { readonly kind: 'kubeconfig'; readonly form: KubeconfigForm }
  | { readonly kind: 'tls'; readonly certificate: 'wrong-name' | 'other-authority' | 'expired' };

export interface FaultRule {
  /** Exact host, or its beginning where it ends with `*`. Every host where absent. */
  readonly host?: string;
  /** Part of the path and query, letter case as sent. */
  readonly path?: string;
  readonly method?: string;
  /** Which of the matching requests, counted from 1; all where absent. */
  readonly nth?: readonly number[];
  /** From this one on. */
  readonly from?: number;
  readonly action: FaultAction;
}

export interface Faults {
  /** The actions for this request, counted as one more match of each rule. */
  readonly actionsFor: (request: SimulatedRequest) => readonly FaultAction[];
  readonly certificateFor: (
    host: string,
  ) => 'wrong-name' | 'other-authority' | 'expired' | undefined;
  readonly set: (rules: readonly FaultRule[]) => void;
}

export function faultsFrom(rules: readonly FaultRule[]): Faults {
  let current = rules;
  let counts = new Map<FaultRule, number>();
  return {
    set(next) {
      current = next;
      counts = new Map();
    },
    actionsFor(request) {
      return current.flatMap((rule) => {
        if (!hits(rule, request)) return [];
        const count = (counts.get(rule) ?? 0) + 1;
        counts.set(rule, count);
        const due =
          (rule.nth === undefined || rule.nth.includes(count)) && count >= (rule.from ?? 1);
        return due ? [rule.action] : [];
      });
    },
    certificateFor(host) {
      for (const { action, ...rule } of current)
        if (action.kind === 'tls' && hostHits(rule.host, host)) return action.certificate;
      return undefined;
    },
  };
}

function hits({ host, path, method }: FaultRule, request: SimulatedRequest): boolean {
  return (
    hostHits(host, request.url.hostname) &&
    (method === undefined || method === request.method) &&
    (path === undefined || `${request.url.pathname}${request.url.search}`.includes(path))
  );
}

function hostHits(pattern: string | undefined, host: string): boolean {
  if (pattern === undefined) return true;
  return pattern.endsWith('*') ? host.startsWith(pattern.slice(0, -1)) : host === pattern;
}

/** What a fault makes of the ordinary answer. `answer` is asked only where the fault needs it. */
export function applyFault(
  action: FaultAction,
  request: SimulatedRequest,
  answer: () => Answer,
): Answer {
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
    case 'endless':
    case 'gzip-bomb':
    case 'truncate':
    case 'replace':
    case 'next-link':
    case 'short-list': {
      const ordinary = answer();
      return ordinary.kind === 'response' ? changed(action, request, ordinary) : ordinary;
    }
  }
}

function begun(
  end: Exclude<Answer, SimulatedResponse>,
  bytes: number | undefined,
  answer: () => Answer,
): Answer {
  if (bytes === undefined) return end;
  const after = answer();
  return after.kind === 'response' ? { ...end, after, bytes } : after;
}

type Change = Extract<
  FaultAction,
  { kind: 'drip' | 'endless' | 'gzip-bomb' | 'truncate' | 'replace' | 'next-link' | 'short-list' }
>;

function changed(
  action: Change,
  request: SimulatedRequest,
  response: SimulatedResponse,
): SimulatedResponse {
  const text = typeof response.body === 'string' ? response.body : '';
  switch (action.kind) {
    case 'drip':
      return { ...response, body: drip(text, action.bytes, action.everyMs) };
    case 'endless':
      return { ...response, body: endless() };
    case 'gzip-bomb':
      return {
        ...response,
        headers: { ...response.headers, 'content-encoding': 'gzip' },
        body: gzipBomb(action.megabytes),
      };
    case 'truncate':
      return { ...response, body: text.slice(0, action.atByte) };
    case 'replace':
      return { ...response, body: action.body(text) };
    case 'next-link':
      return { ...response, body: withNextLink(text, linkFor(action.to, request)) };
    case 'short-list':
      return { ...response, body: cutShort(text) };
  }
}

function throttled(request: SimulatedRequest, retryAfter: string | undefined): SimulatedResponse {
  if (isKubernetes(request)) return kubernetes.throttled(retryAfter);
  if (request.url.hostname === slackHost) return slackThrottled(retryAfter);
  return armErrors.throttled(retryAfter, request.url.pathname.split('/')[2] ?? '');
}

function isKubernetes({ url }: SimulatedRequest): boolean {
  return url.hostname.endsWith('.azmk8s.io');
}

function gone({ url }: SimulatedRequest): SimulatedResponse | undefined {
  const token = readToken(url.searchParams.get('continue') ?? '');
  if (token === undefined || token.version === -1) return undefined;
  // The token in a 410 goes on where the old one stood, in a list of its own.
  return kubernetes.expired(writeToken({ ...token, version: -1 }));
}

function linkFor(to: 'itself' | 'other-host' | 'plain-http', { url }: SimulatedRequest): string {
  const link = new URL(url);
  if (to === 'other-host') link.hostname = 'management.azure.com.attacker.example';
  if (to === 'plain-http') link.protocol = 'http:';
  const token = link.searchParams.get('$skipToken');
  if (to !== 'itself' && (token === null || decodeCursor(token) !== undefined))
    link.searchParams.set('$skipToken', 'MDow');
  return link.href;
}

function withNextLink(text: string, link: string): string {
  const body: unknown = JSON.parse(text);
  return JSON.stringify({ ...(typeof body === 'object' ? body : {}), nextLink: link });
}

function cutShort(text: string): string {
  return text.replace(/"continue":"[^"]*"(,"remainingItemCount":\d+)?/u, '"remainingItemCount":1');
}
