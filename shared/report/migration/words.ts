import type {
  Migration,
  MigrationEntry,
  MigrationHost,
  MigrationSide,
} from '../../traffic/index.ts';
import type { ClusterReport } from '../report.ts';
import { percent, verdictWords } from '../words.ts';
import { enteringAt } from './entering.ts';

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
  for (const { service, part, ready } of side.backends) {
    const share = part === undefined || part === 1 ? '' : `${percent(part)} `;
    services.set(service, `${share}${service} (${ready === undefined ? '?' : ready} ready)`);
  }
  const shown = [...services.values()].slice(0, 3).join(', ');
  const more = services.size > 3 ? ` and ${services.size - 3} more` : '';
  const lost =
    side.lost === undefined || side.lost === 0 ? '' : `; ${percent(side.lost)} of requests fail`;
  return `${shown || 'redirect'}${more}${lost}`;
}

/** What is wrong with a host's move; '' = nothing. */
export function remarkText({ state, missingPaths }: MigrationHost): string {
  if (state === 'old-only') return 'no route on the new side';
  return missingPaths.length === 0
    ? ''
    : `not on the new side: ${missingPaths.slice(0, 3).join(', ')}${missingPaths.length > 3 ? ` and ${missingPaths.length - 3} more` : ''}`;
}

/** An entry point with its address, verdict, and what still enters there. */
export function entryText(cluster: ClusterReport, entry: MigrationEntry): string {
  const { perMinute, dayBefore, verdict, frontends } = enteringAt(cluster, entry);
  const services = entry.services.map(({ namespace, name }) => `${namespace}/${name}`).join(', ');
  const addresses = [...new Set([...frontends, ...entry.addresses])].join(', ');
  const rate =
    perMinute === undefined
      ? 'connections not measured'
      : `${Math.round(perMinute)} connections a minute${dayBefore === undefined ? '' : ` (${Math.round(dayBefore)} a day before)`}`;
  return `${entry.entryPoint} (${entry.product})${services === '' ? '' : ` behind ${services}`}${addresses === '' ? '' : ` at ${addresses}`}: ${verdictOf(verdict)}, ${rate}`;
}

function verdictOf(verdict: string): string {
  const words: Readonly<Record<string, unknown>> = verdictWords;
  const word = Object.hasOwn(words, verdict) ? words[verdict] : undefined;
  return typeof word === 'string' ? word : verdict;
}

/** What is said where a side has no entry point. */
export function noEntryText({ unread }: Migration): string {
  return unread.length > 0 ? 'not known' : 'no Gateway yet';
}

/** Clusters of which it is not known whether they have an old side, and why. */
export function undecided(clusters: readonly ClusterReport[]): readonly string[] {
  return clusters.flatMap(({ name, migration, result, reason, coverage }) => {
    if (migration !== undefined) return [];
    const slices = ['ingresses', 'ingressClasses'];
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
