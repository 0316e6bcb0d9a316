import {
  lacking,
  matchesLabelSelector,
  valueOr,
  type ClusterSnapshot,
  type LoadBalancerService,
  type Reason,
  type Workload,
} from '../model/index.ts';
import { derived } from './derived.ts';

/** The Services that Azure's cloud provider acts on: not being deleted, and no other controller's. */
export function azureServices(
  services: readonly LoadBalancerService[],
): readonly LoadBalancerService[] {
  return services.filter(
    ({ deleting, loadBalancerClass }) => !deleting && loadBalancerClass === undefined,
  );
}

/** Workloads whose pods a Service selects, and the kinds of workloads that were not read. */
export interface BackingWorkloads {
  readonly workloads: readonly Workload[];
  /** Its text: `deployments: 403 …` */
  readonly unread: readonly (Reason & { readonly slice: WorkloadSlice })[];
}

/** Slices of what keeps pods running. */
export const workloadSlices = ['deployments', 'statefulSets', 'daemonSets'] as const;
export type WorkloadSlice = (typeof workloadSlices)[number];

export type WorkloadsBehind = (
  service: Pick<LoadBalancerService, 'namespace' | 'selector'>,
) => BackingWorkloads;

/** What runs the pods of each Service. Nothing does without a selector: somebody else manages its endpoints. */
export const workloadsBehind = derived(
  'workloadsBehind',
  { needs: [], helps: workloadSlices },
  (slices): WorkloadsBehind => {
    const unread = workloadSlices.flatMap((slice) => {
      const read = slices[slice];
      return read.kind === 'unread' ? [{ slice, ...lacking(slice, read) }] : [];
    });
    const byNamespace = Map.groupBy(
      workloadSlices.flatMap((slice): readonly Workload[] => valueOr(slices[slice], [])),
      ({ namespace }) => namespace,
    );
    return ({ namespace, selector }) => {
      if (selector === undefined || selector.size === 0) return { workloads: [], unread: [] };
      const wanted = { matchLabels: selector, matchExpressions: [] };
      const workloads = (byNamespace.get(namespace) ?? []).filter((workload) =>
        matchesLabelSelector(wanted, workload.podLabels),
      );
      return { workloads, unread };
    };
  },
);

/** What runs the pods of one Service of a snapshot. */
export function serviceWorkloads(
  snapshot: ClusterSnapshot,
  service: Pick<LoadBalancerService, 'namespace' | 'selector'>,
): BackingWorkloads {
  const behind = workloadsBehind.of(snapshot);
  if (behind.kind === 'unread') throw new Error(behind.why);
  return behind.value(service);
}
