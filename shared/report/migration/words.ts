import { percent } from '../../model/index.ts';
import {
  isFailing,
  leastAndMost,
  type Migration,
  type MigrationEntry,
  type MigrationHost,
  type MigrationSide,
} from '../../traffic/index.ts';
import type { ClusterReport } from '../report.ts';
import { statusWords } from '../service-status.ts';
import { entryTraffic } from './entering.ts';

export const stateWords: Readonly<Record<MigrationHost['state'], string>> = {
  'old-only': 'old side only',
  both: 'both sides',
  'new-only': 'new side only',
  unknown: 'not known',
};

/** What one side does with a host, in a few words. */
export function sideText(side: MigrationSide | undefined): string {
  if (side === undefined) return '-';
  const services = new Map<string, string>();
  for (const [service, backends] of Map.groupBy(side.backends, (each) => each.service)) {
    const ready = backends[0]?.ready;
    services.set(service, `${partText(backends)}${service} (${ready ?? '?'} ready)`);
  }
  const shown = [...services.values()].slice(0, 3).join(', ');
  const more = services.size > 3 ? ` and ${services.size - 3} more` : '';
  const lost =
    side.lost === undefined || side.lost === 0 ? '' : `; ${percent(side.lost)} of requests fail`;
  return `${shown || 'redirect'}${more}${lost}`;
}

/** The part of the requests that a Service gets where some of them go elsewhere, over its paths. */
function partText(backends: MigrationSide['backends']): string {
  const parts = leastAndMost(backends);
  if (parts === undefined) return '? % ';
  const [least, most] = parts;
  if (least === 1) return '';
  return least === most ? `${percent(least)} ` : `${percent(least)} to ${percent(most)} `;
}

/** What is wrong with a host's move, else where its DNS name should lead; '' = nothing to do. */
export function remarkText(host: MigrationHost): string {
  const { state, missingPaths, old, new: after } = host;
  if (state === 'old-only') return 'no route on the new side';
  if (missingPaths.length > 0)
    return `not on the new side: ${missingPaths.slice(0, 3).join(', ')}${missingPaths.length > 3 ? ` and ${missingPaths.length - 3} more` : ''}`;
  if (isFailing(host)) return 'requests fail on the new side';
  const [from, to] = [old?.addresses ?? [], after?.addresses ?? []];
  return state !== 'both' || to.length === 0 || to.some((each) => from.includes(each))
    ? ''
    : `DNS name to ${to.join(', ')}`;
}

/** An entry point with its address, verdict, and what still enters there. */
export function entryText(cluster: ClusterReport, entry: MigrationEntry): string {
  const { perMinute, dayBefore, status, frontends } = entryTraffic(cluster, entry);
  const services = entry.services.map(({ namespace, name }) => `${namespace}/${name}`).join(', ');
  const addresses = [...new Set([...frontends, ...entry.addresses])].join(', ');
  const rate =
    perMinute === undefined
      ? 'connections not measured'
      : `${Math.round(perMinute)} connections a minute${dayBefore === undefined ? '' : ` (${Math.round(dayBefore)} a day before)`}`;
  const closed = entry.unserved === undefined ? '' : `, not served (${entry.unserved})`;
  return `${entry.entryPoint} (${entry.product})${closed}${services === '' ? '' : ` behind ${services}`}${addresses === '' ? '' : ` at ${addresses}`}: ${statusWords[status]}, ${rate}`;
}

/** What is said where a side has no entry point. */
export function noEntryText({ unread }: Migration): string {
  return unread.length > 0 ? 'not known' : 'no Gateway yet';
}

/** Clusters of which it is not known whether they have an old side, and why. */
export function undecided(clusters: readonly ClusterReport[]): readonly string[] {
  return clusters.flatMap(({ name, migration, result, reason, coverage }) => {
    if (migration !== undefined) return [];
    const slices = [
      'ingresses',
      'ingressClasses',
      'services',
      'clusterIpServices',
      'endpointSlices',
    ];
    const unread = coverage.find(
      ({ slice, state }) => slices.includes(slice) && state === 'unread',
    );
    if (unread !== undefined)
      return [`${name}: ${unread.slice} were not read: ${unread.why ?? ''}`];
    return result === 'complete' || result === 'partial' ? [] : [`${name}: ${reason ?? result}`];
  });
}

/** Clusters that have an old side at all. */
export function migrating(clusters: readonly ClusterReport[]): readonly ClusterReport[] {
  return clusters.filter(({ migration }) => migration !== undefined);
}
