import type { KubeconfigForm } from './arm/credentials.ts';
import type { SimulatedRequest } from './http.ts';

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
  /** Where the result of an operation is said to be, and how long to wait for it. */
  | { readonly kind: 'location'; readonly to: string }
  | { readonly kind: 'retry-after'; readonly value: string }
  /** 410 for a page of a Kubernetes list; neither first pages nor the rest that a 410 offers are ever expired. */
  | { readonly kind: 'gone' }
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

/** Faults that begin with these rules; `set` replaces them and counts anew. */
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
