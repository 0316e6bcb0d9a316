import type { Ingress, IngressPath } from '../../model/index.ts';

/** What ingress-nginx makes of an Ingress's annotations. @see ingress-nginx: annotations, canary */

const prefix = 'nginx.ingress.kubernetes.io/';

function nginxAnnotation({ annotations }: Ingress, name: string): string | undefined {
  return annotations.get(prefix + name);
}

/** Stands beside another Ingress for the same hosts and takes a part of its requests. */
export function isCanary(ingress: Ingress): boolean {
  return nginxAnnotation(ingress, 'canary') === 'true';
}

/**
 * The part of the requests that a canary takes: its weight of the total, 0 to 1; `undefined` where
 * headers or cookies, which come before the weight, make it depend on the client.
 */
export function canaryPart(ingress: Ingress): number | undefined {
  const byClient = ['canary-by-header', 'canary-by-cookie'].some(
    (name) => (nginxAnnotation(ingress, name) ?? '') !== '',
  );
  if (byClient) return undefined;
  // A total below 100 counts as 100.
  const total = Math.max(100, digits(nginxAnnotation(ingress, 'canary-weight-total')) ?? 100);
  const weight = digits(nginxAnnotation(ingress, 'canary-weight')) ?? 0;
  return Math.min(1, weight / total);
}

/** Further names of the hosts of an Ingress; regular expressions are left out. */
export function serverAliases(ingress: Ingress): readonly string[] {
  const names = (nginxAnnotation(ingress, 'server-alias') ?? '').toLowerCase().split(',');
  return names.map((name) => name.trim()).filter((name) => name !== '' && !name.startsWith('~'));
}

/** The name that is redirected to a host: with `www.` where it has none, without where it has; `undefined` = none is. */
export function redirectedName(ingress: Ingress, host: string): string | undefined {
  if (nginxAnnotation(ingress, 'from-to-www-redirect') !== 'true') return undefined;
  if (host === '' || host.startsWith('*.')) return undefined;
  return host.startsWith('www.') ? host.slice('www.'.length) : `www.${host}`;
}

/**
 * How requests are spread over the endpoints of a backend; `undefined` = not evenly, or by
 * something that is not known here (a hash of the client's, latencies).
 */
export function nginxSpread(ingress: Ingress): 'endpoints' | 'cluster-ip' | undefined {
  if (nginxAnnotation(ingress, 'service-upstream') === 'true') return 'cluster-ip';
  if ((nginxAnnotation(ingress, 'upstream-hash-by') ?? '') !== '') return undefined;
  const balancing = nginxAnnotation(ingress, 'load-balance') ?? 'round_robin';
  return balancing === 'round_robin' ? 'endpoints' : undefined;
}

/** Answers by itself, so that no backend is asked. */
export function nginxRedirects(ingress: Ingress): boolean {
  return ['permanent-redirect', 'temporal-redirect'].some(
    (name) => (nginxAnnotation(ingress, name) ?? '') !== '',
  );
}

/** What two paths that take the same requests have in common: to NGINX every other type is a prefix. */
export function pathKey({ path, pathType }: Pick<IngressPath, 'path' | 'pathType'>): string {
  const trimmed = path === '/' ? path : path.replace(/\/$/u, '');
  return pathType === 'Exact' ? `=${path}` : trimmed;
}

function digits(text: string | undefined): number | undefined {
  return text !== undefined && /^\d{1,15}$/u.test(text) ? Number(text) : undefined;
}
