import { subjectText, type NodeName, type ServiceName } from '../model/index.ts';
import { derived, type Cluster } from './derived.ts';

/** What is younger than this is still being set up by controllers (docs/share-model.md). */
const youngMs = 5 * 60_000;

/** Did something happen within the last five minutes of the snapshot's clock? What has no time did not. */
export function isYoung({ takenAt }: Pick<Cluster, 'takenAt'>, since: string | undefined): boolean {
  const age = Date.parse(takenAt) - Date.parse(since ?? '');
  return age >= 0 && age < youngMs;
}

/** What controllers have not had the time to finish. */
export interface Youth {
  readonly service: (service: ServiceName) => boolean;
  /** Made, or become Ready, a moment ago. */
  readonly node: (name: NodeName | string | undefined) => boolean;
  /** Pods behind the Service came, went or moved a moment ago. */
  readonly endpoints: (service: ServiceName) => boolean;
}

export const youth = derived(
  'youth',
  ['services', 'nodes', 'endpointSlices'],
  ({ services, nodes, endpointSlices, cluster }): Youth => {
    const youngServices = new Set(
      services.filter(({ createdAt }) => isYoung(cluster, createdAt)).map(subjectText),
    );
    const youngNodes = new Set<string>(
      nodes
        .filter(
          ({ ready, createdAt, readyChangedAt }) =>
            ready === 'true' && (isYoung(cluster, createdAt) || isYoung(cluster, readyChangedAt)),
        )
        .map(({ name }) => name),
    );
    const moved = new Set(
      endpointSlices
        .filter(({ lastChangeAt }) => isYoung(cluster, lastChangeAt))
        .map(({ namespace, service }) => `${namespace}/${service}`),
    );
    return {
      service: (service) => youngServices.has(subjectText(service)),
      node: (name) => name !== undefined && youngNodes.has(name),
      endpoints: (service) => moved.has(subjectText(service)),
    };
  },
);
