import { subjectText, type Node, type NodeName, type ServiceName } from '../model/index.ts';
import { derived } from './derived.ts';

/** What is newer than this is still being set up by controllers (docs/share-model.md). */
const recentMs = 5 * 60_000;

/** A Service without an address is still being set up while it is younger than this. */
export const setUpMs = 10 * 60_000;

/** The clock of a run is its start, and its last cluster may be read so much later. */
const longestRunMs = 2 * 3_600_000;

/**
 * Whether something happened within the five minutes before the snapshot was taken, or after: a run
 * had begun when it did.
 * @param since ISO 8601, UTC; what has no time did not.
 */
export function isRecent(
  { takenAt }: { readonly takenAt: string },
  since: string | undefined,
  withinMs = recentMs,
): boolean {
  const age = Date.parse(takenAt) - Date.parse(since ?? '');
  return age > -longestRunMs && age < withinMs;
}

/** Whether a node was created, or became Ready or otherwise, in that time. */
export function isRecentNode(
  snapshot: { readonly takenAt: string },
  { createdAt, readyChangedAt }: Node,
): boolean {
  return isRecent(snapshot, createdAt) || isRecent(snapshot, readyChangedAt);
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
        .filter((node) => node.ready === 'true' && isRecentNode(cluster, node))
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
