import type { PageData } from './data.ts';

/**
 * Address of the page of a cluster, as `html/page-links.ts` has it: of the service where it sent the
 * page, else of a view.
 */
export function clusterHref(data: PageData, at: number): string {
  const { clusters, run } = data;
  return run === 0
    ? `#${clusters.anchor[at] ?? ''}`
    : served(run, { cluster: String(clusters.id[at] ?? '') });
}

/** The same of a Service. @param at Place of its cluster. */
export function serviceHref(data: PageData, at: number, service: string): string {
  const { clusters, run } = data;
  return run === 0
    ? `#${clusters.anchor[at] ?? ''}&service=${encodeURIComponent(service)}`
    : served(run, { cluster: String(clusters.id[at] ?? ''), service });
}

/** The same of a finding, by its fingerprint. */
export function findingHref({ run }: Pick<PageData, 'run'>, print: string): string {
  return run === 0 ? `#finding=${print}` : served(run, { finding: print });
}

function served(run: string, more: Readonly<Record<string, string>>): string {
  const pairs = Object.entries({ format: 'html', run, ...more });
  return `?${pairs.map(([key, value]) => `${key}=${encodeURIComponent(value)}`).join('&')}`;
}
