import { clusterHref, findingHref, serviceHref } from './addresses.ts';
import { findingAt, type PageData } from './data.ts';
import { filterKeys, type Filters } from './query.ts';
import { shortView } from './row.ts';
import type { Table } from './table.ts';
import { build, show } from './views.ts';

/** Filters as the part of the address behind `#`: `severity=critical&cluster=aks-app`. */
export function addressOf(filters: Filters): string {
  return filterKeys
    .filter((key) => (filters[key] ?? '') !== '')
    .map((key) => `${key}=${encodeURIComponent(filters[key] ?? '')}`)
    .join('&');
}

/** What an address may lead to. */
export interface AddressTargets {
  readonly table: Table | undefined;
  readonly data: PageData;
  readonly views: ReadonlyMap<string, string>;
}

/**
 * Follows the address: `#finding=…`, `#cluster=…` and `#cluster=…&service=…` are pages, of the
 * service or of this file; `#severity=critical&rule=…` are filters.
 */
export function follow({ table, data, views }: AddressTargets): void {
  const hash = location.hash.slice(1);
  // The link that skips the bar: to whatever is shown.
  if (hash === 'main') return;
  const view = views.get(hash);
  const wasAway = document.querySelector('#view') !== null;
  show(view === undefined ? undefined : build(view));
  if (view !== undefined) return;
  if (!hash.includes('=')) {
    if (wasAway && hash !== '') document.getElementById(hash)?.scrollIntoView({ block: 'start' });
    return;
  }
  const given = new URLSearchParams(hash);
  const finding = given.get('finding');
  if (finding !== null) {
    followFinding(finding, table, data);
    return;
  }
  const filters: Filters = Object.fromEntries(
    filterKeys.flatMap((key) => {
      const value = given.get(key);
      return value === null || value === '' ? [] : [[key, value]];
    }),
  );
  if (followCluster(hash, filters, given.get('service'), { data, views })) return;
  if (table === undefined || Object.keys(filters).length === 0) return;
  table.apply(filters);
  document.querySelector('#findings')?.scrollIntoView({ block: 'start' });
}

/** A finding without a view: its row, its page, or what is known of it. */
function followFinding(print: string, table: Table | undefined, data: PageData): void {
  const at = findingAt(print, data);
  if (at === -1 || table === undefined) {
    if (data.run !== 0 && /^[0-9a-f]{16}$/u.test(print)) location.replace(findingHref(data, print));
    return;
  }
  const before = data.findings.print.length - data.findings.detail.length;
  if (data.run !== 0 && document.querySelector('#services') !== null)
    location.replace(findingHref(data, print));
  else if (data.run === 0 && at >= before) show(shortView(data, at, before));
  else table.reveal(at);
}

/** A cluster alone, or one of its Services: its section, its view, or its page. */
function followCluster(
  hash: string,
  filters: Filters,
  service: string | null,
  { data, views }: Pick<AddressTargets, 'data' | 'views'>,
): boolean {
  const { cluster } = filters;
  if (cluster === undefined || Object.keys(filters).length > 1) return false;
  const section = document.getElementById(hash);
  if (section !== null) {
    section.scrollIntoView({ block: 'start' });
    return true;
  }
  const at = clusterAt(cluster, data);
  if (at === -1) return false;
  const anchor = data.clusters.anchor[at] ?? '';
  const view = views.get(
    service === null ? anchor : `${anchor}&service=${encodeURIComponent(service)}`,
  );
  if (view !== undefined) show(build(view));
  else if (data.run !== 0)
    location.replace(service === null ? clusterHref(data, at) : serviceHref(data, at, service));
  else {
    const own = document.getElementById(anchor);
    own?.scrollIntoView({ block: 'start' });
    return own !== null;
  }
  return true;
}

/** A cluster may be named in another case, and by its ARM id. */
function clusterAt(cluster: string, { clusters }: PageData): number {
  const wanted = cluster.split('/').at(-1)?.toLowerCase() ?? '';
  return clusters.name.findIndex(
    (name, place) =>
      name.toLowerCase() === wanted ||
      String(clusters.id[place]).toLowerCase() === cluster.toLowerCase(),
  );
}
