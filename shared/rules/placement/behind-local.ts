import {
  compareText,
  valueOr,
  type ClusterSnapshot,
  type LoadBalancerService,
  type Workload,
} from '../../model/index.ts';
import { workloadsBehindIn, type WorkloadSlice } from '../../facts/services.ts';
import { subjectText } from '../../model/index.ts';
import type { Unjudged } from '../unknown.ts';

export interface WorkloadBehindLocal {
  readonly workload: Workload;
  readonly services: readonly LoadBalancerService[];
}

export interface BehindLocal {
  readonly workloads: readonly WorkloadBehindLocal[];
  /** Services whose workload could not be found. */
  readonly unjudged: readonly Unjudged[];
}

/**
 * Workloads behind Services with Local, each once with its Services, by namespace and name. One that
 * is scaled to zero has no pod to place. `wanted`: the kinds that the rule judges.
 */
export function workloadsBehindLocal(
  snapshot: ClusterSnapshot,
  services: readonly LoadBalancerService[],
  wanted: ReadonlySet<WorkloadSlice>,
): BehindLocal {
  const found = new Map<Workload, LoadBalancerService[]>();
  const unjudged: Unjudged[] = [];
  const served = servedNames(snapshot);
  for (const service of services) {
    if (service.externalTrafficPolicy !== 'Local' || service.deleting) continue;
    if (service.loadBalancerClass !== undefined || service.selector === undefined) continue;
    const behind = workloadsBehindIn(snapshot, service);
    for (const workload of behind.workloads)
      if (workload.replicas !== 0) found.set(workload, [...(found.get(workload) ?? []), service]);
    const lost = behind.workloads.length === 0 && served.has(subjectText(service));
    const [unread] = behind.unread.filter(({ slice }) => lost || wanted.has(slice));
    if (unread !== undefined) unjudged.push({ subject: service, why: unread.why });
    else if (lost) unjudged.push({ subject: service, why: 'what runs its pods was not found' });
  }
  const workloads = [...found]
    .map(([workload, behind]) => ({
      workload,
      services: behind.toSorted((a, b) => compareText(a.name, b.name)),
    }))
    .toSorted(
      (a, b) =>
        compareText(subjectText(a.workload), subjectText(b.workload)) ||
        compareText(a.workload.kind, b.workload.kind),
    );
  return { workloads, unjudged };
}

/** Services with endpoints, by `namespace/name`. */
function servedNames(snapshot: ClusterSnapshot): ReadonlySet<string> {
  return new Set(
    valueOr(snapshot.endpointSlices, [])
      .filter((slice) => slice.endpoints.length > 0)
      .map((slice) => `${slice.namespace}/${slice.service}`),
  );
}
