import { subjectText, type NodeName, type ServiceName } from '../model/index.ts';
import { derived } from './derived.ts';

/** What is newer than this is still being set up by controllers (docs/share-model.md). */
const recentMs = 5 * 60_000;

/** A Service without an address is still being set up while it is younger than this. */
export const setUpMs = 10 * 60_000;

/**
 * Whether something happened within the five minutes before the snapshot was taken.
 * @param since ISO 8601, UTC; what has no time did not.
 */
export function isRecent(
  { takenAt }: { readonly takenAt: string },
  since: string | undefined,
): boolean {
  const age = Date.parse(takenAt) - Date.parse(since ?? '');
  return age >= 0 && age < recentMs;
}

/** What controllers have not had the time to finish. */
export interface RecentChanges {
  readonly service: (service: ServiceName) => boolean;
  /** Created, or become Ready, a moment ago. */
  readonly node: (name: NodeName | string | undefined) => boolean;
  /** Pods behind the Service came, went or moved a moment ago. */
  readonly endpoints: (service: ServiceName) => boolean;
}

/** Services, nodes and endpoints that changed within the five minutes before the snapshot. */
export const recentChanges = derived(
  'recentChanges',
  ['services', 'nodes', 'endpointSlices'],
  ({ services, nodes, endpointSlices, cluster }): RecentChanges => {
    const newServices = new Set(
      services.filter(({ createdAt }) => isRecent(cluster, createdAt)).map(subjectText),
    );
    const newNodes = new Set<string>(
      nodes
        .filter(
          ({ ready, createdAt, readyChangedAt }) =>
            ready === 'true' && (isRecent(cluster, createdAt) || isRecent(cluster, readyChangedAt)),
        )
        .map(({ name }) => name),
    );
    const moved = new Set(
      endpointSlices
        .filter(({ lastChangeAt }) => isRecent(cluster, lastChangeAt))
        .map(({ namespace, service }) => `${namespace}/${service}`),
    );
    return {
      service: (service) => newServices.has(subjectText(service)),
      node: (name) => name !== undefined && newNodes.has(name),
      endpoints: (service) => moved.has(subjectText(service)),
    };
  },
);
