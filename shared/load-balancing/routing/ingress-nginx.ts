import type { Ingress, IngressPath } from '../../model/index.ts';
import { coversOneLabel, compareHostnames } from './hostnames.ts';

/** What ingress-nginx makes of an Ingress's annotations. @see ingress-nginx: annotations, canary */

const prefix = 'nginx.ingress.kubernetes.io/';

function annotation({ annotations }: Ingress, name: string): string | undefined {
  return annotations.get(prefix + name);
}

/** Stands beside another Ingress for the same hosts and takes a part of its requests. */
export function isCanary(ingress: Ingress): boolean {
  return annotation(ingress, 'canary') === 'true';
}

/**
 * The part of the requests without a header or cookie of its own that a canary takes: its weight of
 * the total, 0 to 1. Header and cookie rules come before it and depend on the client.
 */
export function canaryPart(ingress: Ingress): number {
  const total = wholeNumber(annotation(ingress, 'canary-weight-total')) ?? 100;
  const weight = wholeNumber(annotation(ingress, 'canary-weight')) ?? 0;
  return total <= 0 ? 0 : Math.min(1, weight / total);
}

/** Whether some requests go to a canary by what their client sends. */
export function canaryByClient(ingress: Ingress): boolean {
  return ['canary-by-header', 'canary-by-cookie'].some(
    (name) => (annotation(ingress, name) ?? '') !== '',
  );
}

/**
 * How requests are spread over the endpoints of a backend; `undefined` = not evenly, or by
 * something that is not known here (a hash of the client's, latencies).
 */
export function nginxSpread(ingress: Ingress): 'endpoints' | 'cluster-ip' | undefined {
  if (annotation(ingress, 'service-upstream') === 'true') return 'cluster-ip';
  if ((annotation(ingress, 'upstream-hash-by') ?? '') !== '') return undefined;
  const balancing = annotation(ingress, 'load-balance') ?? 'round_robin';
  return balancing === 'round_robin' ? 'endpoints' : undefined;
}

/** Answers by itself, so that no backend is asked. */
export function nginxRedirects(ingress: Ingress): boolean {
  return ['permanent-redirect', 'temporal-redirect'].some(
    (name) => (annotation(ingress, name) ?? '') !== '',
  );
}

/** What two paths that take the same requests have in common: to NGINX every other type is a prefix. */
export function pathKey({ path, pathType }: Pick<IngressPath, 'path' | 'pathType'>): string {
  const trimmed = path === '/' ? path : path.replace(/\/$/u, '');
  return pathType === 'Exact' ? `=${path}` : trimmed;
}

/** One path of an Ingress for one host. */
export interface HostPath {
  readonly host: string;
  readonly path: string;
  readonly pathType: string;
}

function takes({ path, pathType }: HostPath, asked: string): boolean {
  if (pathType === 'Exact') return asked === path;
  const trimmed = path.endsWith('/') ? path.slice(0, -1) : path;
  return asked === trimmed || asked.startsWith(`${trimmed}/`);
}

function wholeNumber(text: string | undefined): number | undefined {
  return text !== undefined && /^\d{1,9}$/u.test(text) ? Number(text) : undefined;
}
