import type { PageData } from './data.ts';
import { filterKeys, type Filters } from './query.ts';
import type { Table } from './table.ts';

/** Filters as the part of the address behind `#`. */
export function addressOf(filters: Filters): string {
  return filterKeys
    .filter((key) => (filters[key] ?? '') !== '')
    .map((key) => `${key}=${encodeURIComponent(filters[key] ?? '')}`)
    .join('&');
}

/** Follows the address: `#finding=…`, `#cluster=…`, or filters such as `#severity=critical&rule=…`. */
export function follow(table: Table, data: PageData): void {
  const hash = location.hash.slice(1);
  if (hash === '' || !hash.includes('=')) return;
  const given = new URLSearchParams(hash);
  const finding = given.get('finding');
  if (finding !== null) {
    table.reveal(finding);
    return;
  }
  const filters: Filters = Object.fromEntries(
    filterKeys.flatMap((key) => {
      const value = given.get(key);
      return value === null || value === '' ? [] : [[key, value]];
    }),
  );
  const keys = Object.keys(filters);
  if (keys.length === 0) return;
  const cluster = filters.cluster;
  if (keys.length === 1 && cluster !== undefined) {
    const section = document.getElementById(hash) ?? sectionOf(cluster, data);
    if (section !== null) {
      section.scrollIntoView({ block: 'start' });
      return;
    }
  }
  table.apply(filters);
  document.querySelector('#findings')?.scrollIntoView({ block: 'start' });
}

/** A cluster may be named by its ARM id as well. */
function sectionOf(cluster: string, { clusters }: PageData): HTMLElement | null {
  const wanted = cluster.toLowerCase();
  const at = clusters.name.findIndex(
    (name, place) =>
      name.toLowerCase() === wanted || String(clusters.id[place]).toLowerCase() === wanted,
  );
  return at === -1 ? null : document.getElementById(clusters.anchor[at] ?? '');
}
