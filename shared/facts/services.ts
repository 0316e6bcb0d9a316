import {
  valueOr,
  type ClusterSnapshot,
  type LoadBalancerService,
  type Workload,
} from '../model/index.ts';
import { matchesLabelSelector } from '../placement/index.ts';
import { derived } from './derived.ts';
import { lacking, type Reason } from './unjudged.ts';

/** The Services that Azure's cloud provider acts on: not being deleted, and no other controller's. */
export function azureServices(
  services: readonly LoadBalancerService[],
): readonly LoadBalancerService[] {
  return services.filter(
    ({ deleting, loadBalancerClass }) => !deleting && loadBalancerClass === undefined,
  );
}

/** Workloads whose pods a Service selects, and the kinds of workloads that were not read. */
export interface Behind {
  readonly workloads: readonly Workload[];
  /** `deployments: 403 …` */
  readonly unread: readonly (Reason & { readonly slice: WorkloadSlice })[];
}

const workloadSlices = ['deployments', 'statefulSets', 'daemonSets'] as const;
export type WorkloadSlice = (typeof workloadSlices)[number];
export type WorkloadLists = Pick<ClusterSnapshot, WorkloadSlice>;

/** Nothing stands behind a Service without a selector: somebody else manages its endpoints. */
export function workloadsBehind(
  lists: WorkloadLists,
  { namespace, selector }: Pick<LoadBalancerService, 'namespace' | 'selector'>,
): Behind {
  if (selector === undefined || selector.size === 0) return { workloads: [], unread: [] };
  const wanted = { matchLabels: selector, matchExpressions: [] };
  return {
    workloads: workloadSlices.flatMap((name) =>
      valueOr(lists[name], []).filter(
        (workload) =>
          workload.namespace === namespace && matchesLabelSelector(wanted, workload.podLabels),
      ),
    ),
    unread: workloadSlices.flatMap((slice) => {
      const read = lists[slice];
      return read.kind === 'unread' ? [{ slice, ...lacking(slice, read) }] : [];
    }),
  };
}

/** The same for every Service of the cluster. */
export const serviceWorkloads = derived(
  'serviceWorkloads',
  { needs: [], helps: workloadSlices },
  (lists) =>
    (service: Pick<LoadBalancerService, 'namespace' | 'selector'>): Behind =>
      workloadsBehind(lists, service),
);
