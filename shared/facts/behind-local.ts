import {
  compareText,
  lacking,
  subjectText,
  valueOr,
  type EndpointSlice,
  type LoadBalancerService,
  type Read,
  type Workload,
} from '../model/index.ts';
import { derived } from './derived.ts';
import { workloadsBehind, type BackingWorkloads, type WorkloadSlice } from './services.ts';
import { unjudged, type Unjudged } from './unjudged.ts';

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
 * is scaled to zero has no pod to place. The argument: the kinds that the rule judges.
 */
export const behindLocal = derived(
  'behindLocal',
  {
    needs: ['services', workloadsBehind],
    helps: ['endpointSlices'],
  },
  ({ services, endpointSlices, workloadsBehind: behindOf }) =>
    (wanted: ReadonlySet<WorkloadSlice>) =>
      workloadsBehindLocal(services, behindOf, endpointSlices, wanted),
);

function workloadsBehindLocal(
  services: readonly LoadBalancerService[],
  behindOf: (service: LoadBalancerService) => BackingWorkloads,
  endpointSlices: Read<readonly EndpointSlice[]>,
  wanted: ReadonlySet<WorkloadSlice>,
): BehindLocal {
  const found = new Map<Workload, LoadBalancerService[]>();
  const without: Unjudged[] = [];
  const served = servedNames(valueOr(endpointSlices, []));
  for (const service of services) {
    if (service.externalTrafficPolicy !== 'Local' || service.deleting) continue;
    if (service.loadBalancerClass !== undefined || service.selector === undefined) continue;
    const behind = behindOf(service);
    for (const workload of behind.workloads)
      if (workload.replicas !== 0) found.set(workload, [...(found.get(workload) ?? []), service]);
    const lost = behind.workloads.length === 0 && served.has(subjectText(service));
    const [unread] = behind.unread.filter(({ slice }) => lost || wanted.has(slice));
    if (unread !== undefined) without.push(...unjudged([service], unread));
    else if (lost)
      without.push({ subject: service, why: 'the workload of its pods was not found' });
    else if (behind.workloads.length === 0 && endpointSlices.kind === 'unread')
      without.push({ subject: service, ...lacking('endpointSlices', endpointSlices) });
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
  return { workloads, unjudged: without };
}

/** Services with endpoints, by `namespace/name`. */
function servedNames(slices: readonly EndpointSlice[]): ReadonlySet<string> {
  return new Set(
    slices
      .filter((slice) => slice.endpoints.length > 0)
      .map((slice) => `${slice.namespace}/${slice.service}`),
  );
}
